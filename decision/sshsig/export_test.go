package sshsig

// Armour lets tests write signatures that Sign never would.
func Armour(blob []byte) []byte { return armour(blob) }
