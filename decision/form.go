package decision

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// formed reports whether a body is written as EncodeBody writes values of the type that v points to, if that is known: names
// in their order, each once, one spelling, as FORMAT.md has it.
func formed(body []byte, v any) (*form, bool) {
	f, known := forms()[reflect.TypeOf(v).Elem()]
	if !known {
		return nil, false
	}
	at := scanner(body).value(f, 0)
	return f, at >= 0 && at == len(body)-1 && body[at] == '\n'
}

// decodeFormed reads a body whose form is known and right. A number that this computer cannot hold is left to others to
// refuse: v is then zero, as it was.
func decodeFormed(body []byte, v any) bool {
	f, is := formed(body, v)
	if !is {
		return false
	}
	into := reflect.ValueOf(v).Elem()
	if scanner(body).fill(f, 0, into) < 0 {
		into.SetZero()
		return false
	}
	return true
}

// forms are those of the bodies of this format.
var forms = sync.OnceValue(func() map[reflect.Type]*form {
	all := map[reflect.Type]*form{}
	for _, t := range []reflect.Type{
		reflect.TypeFor[Record](), reflect.TypeFor[Opening](), reflect.TypeFor[TrustAct](), reflect.TypeFor[CheckpointAct](),
		reflect.TypeFor[DisposeAct](), reflect.TypeFor[HoldAct](), reflect.TypeFor[ReleaseAct](), reflect.TypeFor[RuleAct](),
	} {
		if f := formOf(t, 0); f != nil {
			all[t] = f
		}
	}
	return all
})

// form is what values of one type look like at one depth of a body.
type form struct {
	kind   byte        // 's' text, '#' id, 'n' number, 'b' truth, '{' object, '[' list
	fields []formField // of an object
	item   *form       // of a list
	before string      // what stands before each item of a list
	end    string      // what stands before the end of an object or a list
}

type formField struct {
	before   string // line end, indent, name, colon and space
	value    *form
	optional bool // left out where it is empty
}

// formOf returns nil for a type of which it does not know all; DecodeBody then does the work.
func formOf(t reflect.Type, depth int) *form {
	line := "\n" + strings.Repeat("  ", depth+1)
	end := "\n" + strings.Repeat("  ", depth)
	switch {
	case t == reflect.TypeFor[ID]():
		return &form{kind: '#'}
	case t.Implements(reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()), t.Implements(reflect.TypeFor[interface{ MarshalJSON() ([]byte, error) }]()):
		return nil
	}
	switch t.Kind() {
	case reflect.String:
		return &form{kind: 's'}
	case reflect.Int, reflect.Int64:
		return &form{kind: 'n'}
	case reflect.Bool:
		return &form{kind: 'b'}
	case reflect.Pointer:
		return formOf(t.Elem(), depth)
	case reflect.Slice:
		item := formOf(t.Elem(), depth+1)
		if item == nil || t.Elem().Kind() == reflect.Uint8 {
			return nil
		}
		return &form{kind: '[', item: item, before: line, end: end + "]"}
	case reflect.Struct:
		f := &form{kind: '{', end: end + "}"}
		for i := range t.NumField() {
			field := t.Field(i)
			name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			value := formOf(field.Type, depth+1)
			if value == nil || name == "" || name == "-" || !field.IsExported() || field.Anonymous || options != "" && options != "omitempty" {
				return nil
			}
			// A struct or an id is never empty to encoding/json, so it is never left out.
			optional := options != "" && (value.kind != '{' || field.Type.Kind() == reflect.Pointer) && value.kind != '#'
			f.fields = append(f.fields, formField{before: line + `"` + name + `": `, value: value, optional: optional})
		}
		return f
	}
	return nil
}

// scanner is a body. Its methods are told where something begins, and return where what follows it begins, or -1 if it
// is not what it should be.
type scanner []byte

func (s scanner) skip(text string, at int) int {
	if len(s)-at < len(text) || string(s[at:at+len(text)]) != text {
		return -1
	}
	return at + len(text)
}

// is reports whether a byte stands there.
func (s scanner) is(b byte, at int) bool { return at < len(s) && s[at] == b }

func (s scanner) value(f *form, at int) int {
	switch f.kind {
	case 's':
		return s.text(at)
	case '#':
		end := s.text(at)
		var id ID
		if end < 0 || id.UnmarshalText(s[at+1:end-1]) != nil {
			return -1
		}
		return end
	case 'n':
		return s.number(at)
	case 'b':
		if end := s.skip("true", at); end >= 0 {
			return end
		}
		return s.skip("false", at)
	case '[':
		return s.list(f, at)
	default:
		return s.object(f, at)
	}
}

func (s scanner) object(f *form, at int) int {
	if !s.is('{', at) {
		return -1
	}
	at++
	some := false
	for i := range f.fields {
		field := &f.fields[i]
		begin := at
		if some && s.is(',', at) {
			begin++
		}
		if begin = s.skip(field.before, begin); begin < 0 || some && !s.is(',', at) {
			if !field.optional {
				return -1
			}
			continue
		}
		end := s.value(field.value, begin)
		if end < 0 || field.optional && isEmpty(s[begin:end]) {
			return -1
		}
		at, some = end, true
	}
	if !some {
		return s.skip("}", at)
	}
	return s.skip(f.end, at)
}

// isEmpty knows the values that are left out of an optional field.
func isEmpty(value []byte) bool {
	switch string(value) {
	case `""`, "0", "false", "[]":
		return true
	}
	return false
}

func (s scanner) list(f *form, at int) int {
	if !s.is('[', at) {
		return -1
	}
	if at++; s.is(']', at) {
		return at + 1
	}
	for {
		if at = s.skip(f.before, at); at < 0 {
			return -1
		}
		if at = s.value(f.item, at); at < 0 {
			return -1
		}
		if !s.is(',', at) {
			return s.skip(f.end, at)
		}
		at++
	}
}

// fill reads what has the form into a zero value, as encoding/json would. It returns where what follows begins, or -1 for a
// number that the value cannot hold.
func (s scanner) fill(f *form, at int, v reflect.Value) int {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch f.kind {
	case 's', '#':
		end := s.text(at)
		text := s[at+1 : end-1]
		switch {
		case f.kind == '#':
			if v.Addr().Interface().(*ID).UnmarshalText(text) != nil {
				return -1
			}
		case bytes.IndexByte(text, '\\') < 0:
			v.SetString(string(text))
		default:
			var read string
			if json.Unmarshal(s[at:end], &read) != nil {
				return -1
			}
			v.SetString(read)
		}
		return end
	case 'n':
		end := s.number(at)
		n, err := strconv.ParseInt(string(s[at:end]), 10, 64)
		if err != nil || v.OverflowInt(n) {
			return -1
		}
		v.SetInt(n)
		return end
	case 'b':
		v.SetBool(s[at] == 't')
		return s.value(f, at)
	case '[':
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		if at++; s[at] == ']' {
			return at + 1
		}
		for n := 0; ; n++ {
			v.Grow(1)
			v.SetLen(n + 1)
			if at = s.fill(f.item, at+len(f.before), v.Index(n)); at < 0 {
				return -1
			}
			if s[at] != ',' {
				break
			}
			at++
		}
	default:
		at++
		some := 0
		for i := range f.fields {
			begin := s.skip(f.fields[i].before, at+some)
			if begin < 0 || some > 0 && s[at] != ',' {
				continue // it is left out
			}
			if at = s.fill(f.fields[i].value, begin, v.Field(i)); at < 0 {
				return -1
			}
			some = 1
		}
		if some == 0 {
			return at + len("}")
		}
	}
	return at + len(f.end)
}

// number takes a whole number that has 64 bits, in its one spelling.
func (s scanner) number(at int) int {
	digits, most := at, largest
	if s.is('-', at) {
		digits, most = at+1, smallest
	}
	end := digits
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	switch n := end - digits; {
	case n == 0, n > len(most), n == len(most) && string(s[digits:end]) > most:
		return -1
	case s[digits] == '0' && end-at > 1:
		return -1 // a nought before it, or minus nought
	}
	return end
}

// The numbers of 64 bits that are furthest from nought, without sign.
const (
	largest  = "9223372036854775807"
	smallest = "9223372036854775808"
)

// text takes a string with its quotation marks.
func (s scanner) text(at int) int {
	if !s.is('"', at) {
		return -1
	}
	at++
	for {
		at = s.plain(at)
		if at == len(s) {
			return -1
		}
		switch c := s[at]; {
		case c == '"':
			return at + 1
		case c == '\\':
			n := escaped(s[at:])
			if n == 0 {
				return -1
			}
			at += n
		case c < utf8.RuneSelf:
			return -1 // a control character
		default:
			r, n := utf8.DecodeRune(s[at:])
			if r == utf8.RuneError && n == 1 || r <= 0x9f || r == 0x2028 || r == 0x2029 {
				return -1
			}
			at += n
		}
	}
}

// plain passes over the signs that stand for themselves and are one byte: ASCII without control characters, quotation
// mark and backslash. It looks at eight at a time.
func (s scanner) plain(at int) int {
	const (
		ones = 0x0101010101010101
		tops = 0x8080808080808080
	)
	for len(s)-at >= 8 {
		x := binary.LittleEndian.Uint64(s[at:])
		quote, slash := x^('"'*ones), x^('\\'*ones)
		// A byte has its top bit in one of these if it is not ASCII, below 0x20, DEL, a quotation mark or a backslash. A carry
		// can mark one after it as well, which the loop below then looks at by itself.
		odd := x | (x - 0x20*ones) | (x + ones) | (quote-ones)&^quote | (slash-ones)&^slash
		if odd &= tops; odd != 0 {
			at += bits.TrailingZeros64(odd) / 8 // those before the first are plain
			break
		}
		at += 8
	}
	for at < len(s) {
		c := s[at]
		if c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			break
		}
		at++
	}
	return at
}

// escaped returns the length of the escape at the beginning, or 0 for one that is never written.
func escaped(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	if strings.IndexByte(`"\bfnrt`, b[1]) >= 0 {
		return 2
	}
	if len(b) < 6 || b[1] != 'u' {
		return 0
	}
	if bytes.Equal(b[2:6], []byte("2028")) || bytes.Equal(b[2:6], []byte("2029")) {
		return 6
	}
	// Control characters without a short escape of their own.
	if b[2] != '0' || b[3] != '0' || b[4] != '0' && b[4] != '1' || !isHex(string(b[5:6]), 1) {
		return 0
	}
	if b[4] == '0' && strings.IndexByte("89acd", b[5]) >= 0 {
		return 0
	}
	return 6
}
