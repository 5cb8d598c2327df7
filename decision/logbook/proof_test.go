package logbook

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// proven is a log of eleven records and a proof from it, with three hashes or more.
func proven(t testing.TB) (w *world, e, checkpoint Entry, p Proof) {
	t.Helper()
	w = newWorld(t)
	lead, other := w.open(), w.open()
	for range 4 {
		w.decide(other)
	}
	e = w.decide(other)
	for range 4 {
		w.decide(lead)
	}
	checkpoint, _ = w.checkpoint(lead)
	p, err := w.survey.Prove(e, decision.ID{})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Path) < 3 {
		t.Fatal("the path is too short to try things on")
	}
	return w, e, checkpoint, p
}

func TestAProofIsOneText(t *testing.T) {
	w, e, checkpoint, p := proven(t)
	text := p.Text()
	var want strings.Builder
	fmt.Fprintf(&want, "dsa-proof 1\nlog %s\nleaf %d\nsize 11\npath %d\n", w.survey.log, p.Index, len(p.Path))
	for _, hash := range p.Path {
		line := base64.StdEncoding.EncodeToString(hash[:])
		if len(line) != 44 {
			t.Errorf("a hash of %d signs", len(line))
		}
		want.WriteString(line + "\n")
	}
	want.Write(checkpoint.Page.CoverBytes)
	want.Write(checkpoint.Page.Signature)
	want.Write(e.Page.Bytes())
	if string(text) != want.String() {
		t.Errorf("the text is\n%s\nwant\n%s", text, want.String())
	}
	if !IsProof(text) || IsProof(e.Page.Bytes()) || IsProof(nil) {
		t.Error("a proof is not told from a record")
	}
	got, err := ParseProof(text)
	if err != nil || !bytes.Equal(got.Text(), text) || got.Index != p.Index || !slices.Equal(got.Path, p.Path) {
		t.Errorf("read back: %v", err)
	}
	record, point, err := got.Entries()
	if err != nil || record.ID != e.ID || record.Key != e.Key || record.CoverOnly || point.ID != checkpoint.ID || point.Key != checkpoint.Key || !point.CoverOnly {
		t.Errorf("whose they are: %v", err)
	}
	if name := ProofName(17, e.ID); name != "0000017-"+e.ID.Short()+".proof.txt" {
		t.Error(name)
	}
	for _, page := range w.entries[0] { // of the other chain nothing is told but hashes of hashes
		if page.ID != checkpoint.ID && bytes.Contains(text, page.Page.CoverBytes) {
			t.Error("a proof has the cover of another record")
		}
	}
}

func TestProofsAndReceipts(t *testing.T) {
	w, e, checkpoint, p := proven(t)
	right := w.receipt(checkpoint)
	with := func(change func(*decision.Receipt)) decision.Receipt {
		r := right
		change(&r)
		return r
	}
	elsewhere := with(func(r *decision.Receipt) { r.Number, r.ID = r.Number+1, decision.ID{9} })
	for says, test := range map[string]struct {
		receipts        []decision.Receipt
		log             decision.ID
		name            string
		faults, notices []string
	}{
		"the receipt":                        {receipts: []decision.Receipt{right}},
		"the receipt among others":           {receipts: []decision.Receipt{elsewhere, right}},
		"no receipt":                         {notices: []string{"no-receipt"}},
		"no receipt, the log's id":           {log: w.survey.log, notices: []string{"no-receipt"}},
		"a receipt for another checkpoint":   {receipts: []decision.Receipt{elsewhere}, faults: []string{"receipt-differs"}},
		"a receipt for another in its place": {receipts: []decision.Receipt{with(func(r *decision.Receipt) { r.ID = decision.ID{9} })}, faults: []string{"receipt-differs"}},
		"a receipt of another log":           {receipts: []decision.Receipt{with(func(r *decision.Receipt) { r.Log = decision.ID{9} })}, faults: []string{"receipt-differs"}},
		"a receipt with another number":      {receipts: []decision.Receipt{with(func(r *decision.Receipt) { r.Number++ })}, faults: []string{"receipt-differs"}},
		"another log is asked for":           {receipts: []decision.Receipt{right}, log: decision.ID{9}, faults: []string{"bad-proof"}},
		"its own name":                       {receipts: []decision.Receipt{right}, name: `C:\case\` + ProofName(e.Number, e.ID)},
		"another record's name":              {receipts: []decision.Receipt{right}, name: "case/" + ProofName(e.Number+1, e.ID), faults: []string{"wrong-name"}},
		"any other name":                     {receipts: []decision.Receipt{right}, name: "for the court.txt"},
	} {
		r, got := CheckProof(p.Text(), test.name, Options{Receipts: test.receipts, Log: test.log})
		if !slices.Equal(codes(r.Faults), test.faults) || !slices.Equal(codes(r.Notices), test.notices) || r.Files != 1 {
			t.Errorf("%s: %v %v", says, r.Faults, r.Notices)
		}
		if r.Clean() == (got.Index == 0 && got.Path == nil) {
			t.Errorf("%s: a proof comes with faults, or none without", says)
		}
		for _, f := range append(r.Faults, r.Notices...) {
			if f.Meaning == "" || f.Next == "" || f.Chain != decision.ChainFolder(e.Chain) || f.Number != e.Number || f.File != test.name {
				t.Errorf("%s: %+v", says, f)
			}
		}
	}
}

func codes(faults []Fault) []string {
	var out []string
	for _, f := range faults {
		out = append(out, string(f.Code))
	}
	return out
}

// checkpointed signs a checkpoint over some records as a hand-made program could.
func forgedProof(t testing.TB, p Proof, namespace string, kind decision.Kind, tree string) Proof {
	t.Helper()
	c := p.Point.Cover
	c.Kind, c.Tree = kind, tree
	_, file := forgeCover(t, fixedSigner(t, "other"), namespace, c.Encode(), nil)
	page, err := decision.SplitCoverPage(file)
	if err != nil {
		t.Fatal(err)
	}
	p.Point = page
	return p
}

func TestProofsThatAreRefused(t *testing.T) {
	w, e, checkpoint, p := proven(t)
	text := string(p.Text())
	line := func(n int) string { return strings.SplitAfter(text, "\n")[n-1] }
	replace := func(old, new string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("there is no %q", old)
		}
		return strings.Replace(text, old, new, 1)
	}
	other, err := w.survey.Prove(w.entries[0][1], decision.ID{})
	if err != nil {
		t.Fatal(err)
	}
	mixed := p
	mixed.Record = other.Record
	tree := p.Point.Cover.Tree
	wrong := strings.NewReplacer("a", "b", "b", "a").Replace(tree)
	training := string(forgedProof(t, p, sshsig.Training, decision.Checkpoint, tree).Text())
	long := line(6)
	for says, test := range map[string]struct{ text, code string }{
		"nothing":                          {"", "bad-proof"},
		"the first word alone":             {"dsa-proof ", "bad-proof"},
		"the next format":                  {replace("dsa-proof 1", "dsa-proof 2"), "newer-format"},
		"no format":                        {replace("dsa-proof 1", "dsa-proof 0"), "bad-proof"},
		"the format with a nought":         {replace("dsa-proof 1", "dsa-proof 01"), "bad-proof"},
		"no log":                           {replace("log "+w.survey.log.String(), "log -"), "bad-proof"},
		"the log in capitals":              {replace(w.survey.log.String(), strings.ToUpper(w.survey.log.String())), "bad-proof"},
		"the lines in another order":       {replace(line(3)+line(4), line(4)+line(3)), "bad-proof"},
		"two spaces":                       {replace("leaf ", "leaf  "), "bad-proof"},
		"another leaf":                     {replace(line(3), fmt.Sprintf("leaf %d\n", p.Index^1)), "bad-proof"},
		"a leaf with a sign":               {replace("leaf ", "leaf +"), "bad-proof"},
		"a leaf beyond the size":           {replace(line(3), "leaf 11\n"), "bad-proof"},
		"another size":                     {replace("size 11", "size 12"), "bad-proof"},
		"a size beyond all":                {replace("size 11", "size 9007199254740993"), "bad-proof"},
		"a path longer than any":           {replace(line(5), "path 54\n"), "bad-proof"},
		"a path said to be shorter":        {replace(line(5), fmt.Sprintf("path %d\n", len(p.Path)-1)), "bad-proof"},
		"a path said to be longer":         {replace(line(5), fmt.Sprintf("path %d\n", len(p.Path)+1)), "bad-proof"},
		"a hash less":                      {replace(line(5)+long, fmt.Sprintf("path %d\n", len(p.Path)-1)), "bad-proof"},
		"a hash more":                      {replace(line(5), fmt.Sprintf("path %d\n", len(p.Path)+1)+long), "bad-proof"},
		"two hashes in another order":      {replace(line(6)+line(7), line(7)+line(6)), "bad-proof"},
		"a hash without padding":           {replace(long, strings.TrimRight(long, "=\n")+"\n"), "bad-proof"},
		"a hash with a line end in it":     {replace(long, long[:20]+"\n"+long[20:]), "bad-proof"},
		"a hash of 31 bytes":               {replace(long, base64.StdEncoding.EncodeToString(make([]byte, 31))+"\n"), "bad-proof"},
		"an empty line before the record":  {replace("-----END SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n\n"), "changed-cover"},
		"no checkpoint":                    {replace(string(p.Point.CoverBytes)+string(p.Point.Signature), ""), "no-signature"},
		"the checkpoint's signature twice": {replace(string(p.Point.Signature), string(p.Point.Signature)+string(p.Point.Signature)), "changed-cover"},
		"no signature of the checkpoint":   {replace(string(p.Point.Signature), ""), "no-signature"},
		"another's signature":              {replace(string(p.Point.Signature), string(e.Page.Signature)), "bad-proof"},
		"no record":                        {replace(string(p.Record.Bytes()), ""), "truncated"},
		"another record":                   {string(mixed.Text()), "bad-proof"},
		"another root, signed":             {string(forgedProof(t, p, sshsig.Oversight, decision.Checkpoint, wrong).Text()), "bad-proof"},
		"a checkpoint for training":        {training, "bad-proof"},
		"a trust record for a checkpoint":  {replace(string(p.Point.CoverBytes)+string(p.Point.Signature), pageOf(forgedProof(t, p, sshsig.Oversight, decision.Trust, "-"))), "bad-proof"},
		"a decision for a checkpoint":      {replace(string(p.Point.CoverBytes)+string(p.Point.Signature), string(e.Page.CoverBytes)+string(e.Page.Signature)), "bad-proof"},
		"a changed body":                   {replace("what was decided", "what was denied!"), "changed-body"},
		"a body cut short":                 {text[:len(text)-1], "truncated"},
		"something after the record":       {text + "\n", "changed-body"},
		"line ends of Windows":             {strings.ReplaceAll(text, "\n", "\r\n"), "crlf"},
		"one line end of Windows":          {replace("\nleaf", "\r\nleaf"), "crlf"},
		"far too long":                     {text + strings.Repeat(" ", MaxProof), "bad-proof"},
		"a record too long":                {text + strings.Repeat(" ", decision.MaxPage), "oversize"},
	} {
		if test.text == text {
			t.Fatalf("%s: nothing has changed", says)
		}
		r, _ := CheckProof([]byte(test.text), "a.txt", Options{Receipts: []decision.Receipt{w.receipt(checkpoint)}})
		if got := codes(r.Faults); !slices.Contains(got, test.code) {
			t.Errorf("%s: %v, want %s", says, r.Faults, test.code)
		}
		for _, f := range r.Faults {
			if f.Meaning == "" || f.Next == "" || strings.Contains(f.Meaning, "decided") {
				t.Errorf("%s: %+v", says, f)
			}
		}
	}
	if r, _ := CheckProof([]byte(training), "", Options{}); r.Clean() {
		t.Error("without a receipt an exercise passes for a checkpoint")
	}
}

func pageOf(p Proof) string { return string(p.Point.CoverBytes) + string(p.Point.Signature) }

func TestEverySingleByteOfAProofCounts(t *testing.T) {
	w, _, checkpoint, p := proven(t)
	text := p.Text()
	o := Options{Receipts: []decision.Receipt{w.receipt(checkpoint)}}
	try := func(says string, i int, changed []byte) {
		if r, _ := CheckProof(changed, "a.txt", o); r.Clean() {
			t.Errorf("byte %d of %d, %s: it still proves", i, len(text), says)
		}
		if _, err := ParseProof(changed); err == nil && bytes.Equal(changed, text) {
			t.Errorf("byte %d, %s: nothing has changed", i, says)
		}
	}
	for i := range text {
		flipped := bytes.Clone(text)
		flipped[i] ^= 1 << (i % 8)
		try("a bit turned", i, flipped)
		try("taken out", i, slices.Delete(bytes.Clone(text), i, i+1))
		try("doubled", i, slices.Insert(bytes.Clone(text), i, text[i]))
		// Without its whole body it is the proof of a disposed record, and says so.
		if i != len(text)-len(p.Record.Body) {
			try("cut off", i, text[:i:i])
		}
	}
}

func TestADisposedRecordProvesByItsCover(t *testing.T) {
	w, e, checkpoint, _ := proven(t)
	e.CoverOnly, e.Page.Body = true, nil
	p, err := w.survey.Prove(e, decision.ID{})
	if err != nil {
		t.Fatal(err)
	}
	r, got := w.check(p, w.receipt(checkpoint))
	if !r.Clean() || r.Covers != 1 || got.Record.Body != nil || got.Record.ID() != e.ID {
		t.Errorf("%v %v", r.Faults, r.Notices)
	}
	record, _, err := got.Entries()
	if err != nil || !record.CoverOnly {
		t.Errorf("%v", err)
	}
}

func TestParsingNamesThePlace(t *testing.T) {
	_, _, _, p := proven(t)
	text := string(p.Text())
	for says, test := range map[string]struct {
		text string
		line int
		part string
	}{
		"size":       {strings.Replace(text, "size 11", "size 12", 1), 4, "size"},
		"leaf":       {strings.Replace(text, "leaf ", "leaf x", 1), 3, "leaf"},
		"hash":       {strings.Replace(text, "=\n", "?\n", 1), 6, "hash"},
		"checkpoint": {strings.Replace(text, "kind checkpoint", "kind checkpoints", 1), 0, "checkpoint"},
		"record":     {strings.Replace(text, "kind decision", "kind decisions", 1), 0, "record"},
	} {
		var e *ProofError
		if _, err := ParseProof([]byte(test.text)); !errors.As(err, &e) || e.Line != test.line || e.Part != test.part || e.Error() == "" {
			t.Errorf("%s: %v", says, err)
		}
	}
	for says, change := range map[string]func(*Proof){
		"record":     func(p *Proof) { p.Record.Signature = p.Point.Signature },
		"checkpoint": func(p *Proof) { p.Point.Signature = p.Record.Signature },
	} {
		changed := p
		change(&changed)
		var wrong *sshsig.Error
		if _, _, err := changed.Entries(); !errors.As(err, &wrong) {
			t.Errorf("the signature of the %s: %v", says, err)
		}
	}
	var newer *NewerProof
	if _, err := ParseProof([]byte("dsa-proof 7\n")); !errors.As(err, &newer) || newer.Version != 7 || newer.Error() == "" {
		t.Error(err)
	}
}

// The longest proof there can be has room under the limit.
func TestTheLargestProof(t *testing.T) {
	_, _, _, p := proven(t)
	p.Path = make([]decision.ID, maxPath)
	p.Index = decision.MaxLeaves - 1
	p = forgedProof(t, p, sshsig.Oversight, decision.Checkpoint, decision.TreeLine(decision.MaxLeaves, decision.ID{1}))
	if before := len(p.Text()) - len(p.Record.Bytes()); before > MaxProof-decision.MaxPage || len(pageOf(p)) > maxCoverPage {
		t.Errorf("%d bytes before the record", before)
	}
	if _, err := ParseProof(p.Text()); err != nil {
		t.Error(err)
	}
}

func FuzzParseProof(f *testing.F) {
	w, e, checkpoint, p := proven(f)
	f.Add(p.Text())
	e.CoverOnly, e.Page.Body = true, nil
	alone, err := w.survey.Prove(e, decision.ID{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(alone.Text())
	f.Add([]byte("dsa-proof 1\nlog -\nleaf 0\nsize 0\npath 0\n"))
	o := Options{Receipts: []decision.Receipt{w.receipt(checkpoint)}}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := ParseProof(text)
		if err == nil && !bytes.Equal(got.Text(), text) {
			t.Fatalf("accepted a second spelling:\n%q", text)
		}
		r, _ := CheckProof(text, "", o)
		if r.Clean() && !bytes.Equal(text, p.Text()) && !bytes.Equal(text, alone.Text()) {
			t.Fatalf("accepted a proof that nobody made:\n%q", text)
		}
		if r.Clean() && err != nil {
			t.Fatal("a proof that cannot be read is taken")
		}
	})
}
