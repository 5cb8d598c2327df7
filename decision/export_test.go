package decision

// DecodeThoroughly is what DecodeBody does where it does not know the form.
var DecodeThoroughly = decodeThoroughly
