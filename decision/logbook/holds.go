package logbook

// Holds are the holds that have not been released, in the order of chains and numbers. Their pages are without the bodies.
func (t *Trust) Holds() []Entry {
	var holds []Entry
	for i := range t.holds {
		if len(t.holds[i].ends) == 0 {
			holds = append(holds, t.holds[i].Entry)
		}
	}
	return holds
}
