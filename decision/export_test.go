package decision

// DecodeThoroughly and DecodeFormed are the two ways of DecodeBody: for every type, and by a known form.
var (
	DecodeThoroughly = decodeThoroughly
	DecodeFormed     = decodeFormed
)
