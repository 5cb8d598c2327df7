package cmd

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"
)

// The walls of the training room. Each attempt passes an exercise off as a decision, or a decision off as an exercise, by
// way of the commands that a person has. It has to end refused, marked TRAINING, or as a fault that dsa verify finds.

const exercise = "testdata/exercise.yaml"

// Ends of an attempt.
const (
	endRefused = "refused"
	endMarked  = "marked TRAINING"
	endFound   = "found by dsa verify"
)

// A site is one person with a decision of their own and an exercise, and a folder for what is tried.
type site struct {
	*testing.T
	dir   string
	home  string // of the person, with one decision
	room  string // the training room in it, with one exercise
	share string // of a partnership that the person founded
	id    string // of the exercise
	why   string // what came of it, in the words of the program
	turn  int
}

// practised is what the learner types where the story tells everything.
const practised = "sign\n"

// a site is made once and copied for each attempt: keys and records are the same in all of them.
func newSite(t *testing.T) func(*testing.T) *site {
	t.Helper()
	whole := filepath.Join(t.TempDir(), "whole")
	first := &site{T: t, dir: whole}
	first.places()
	done(t, first.home, "setup", "setup", "--answers", writeWho(t))
	all := done(t, first.home, "new", "log", "new", first.share, "--title", "Fenmarsh", "--spare", filepath.Join(whole, "spare"))
	id := regexp.MustCompile(`Log id: ([0-9a-f]{64})\n`).FindStringSubmatch(all)[1]
	if code, all := decide(t, first.home, "1"); code != codeDone || !strings.Contains(all, "Published: ") {
		t.Fatal(all)
	}
	done(t, first.home, "checkpoint", "checkpoint")
	if code, all := first.practise(first.home); code != codeDone {
		t.Fatal(all)
	}
	for _, log := range []string{first.share, filepath.Join(first.home, "log"), filepath.Join(first.room, "log")} {
		if code, all := first.verify(first.home, log); code != codeDone {
			t.Fatalf("%s is not sound before anything is tried:\n%s", log, all)
		}
	}
	return func(t *testing.T) *site {
		t.Helper()
		s := &site{T: t, dir: filepath.Join(t.TempDir(), "whole")}
		copyTree(t, s.dir, whole)
		s.places()
		s.turn = 100 // no exercise is signed with a key that signed one before
		s.must(os.Chmod(filepath.Join(s.home, "key"), 0o600))
		// The logs that the home knows are named by their folders, which are others in the copy.
		known := filepath.Join(s.home, "logs.yaml")
		content, err := os.ReadFile(known)
		if err != nil {
			t.Fatal(err)
		}
		s.write(known, bytes.ReplaceAll(content, []byte(whole), []byte(s.dir)))
		name := filepath.Base(s.record())
		s.id = strings.TrimSuffix(strings.SplitN(name, "-", 2)[1], ".record.txt")[:12]
		if !strings.Contains(string(content), id) {
			t.Fatal("the home does not know the log")
		}
		return s
	}
}

func (s *site) places() {
	s.home, s.share = filepath.Join(s.dir, "home"), filepath.Join(s.dir, "share")
	s.room = filepath.Join(s.home, "training")
}

// practise works through the exercise of the tests.
func (s *site) practise(home string, more ...string) (code int, all string) {
	return s.typed(home, practised, append([]string{"practise", exercise}, more...)...)
}

// typed runs a command with what is typed, and with randomness of its own.
func (s *site) typed(home, typed string, args ...string) (code int, all string) {
	s.Helper()
	s.turn++
	app, out, said := appAt(s.T, scriptNow, home, fmt.Sprint("wall ", s.turn))
	app.In = strings.NewReader(typed)
	code = Main(app, args)
	return code, out.String() + said.String()
}

func (s *site) run(home string, args ...string) (code int, all string) {
	s.Helper()
	return s.typed(home, "", args...)
}

// record is the file of the exercise, and chain the folder of its chain.
func (s *site) record() string {
	s.Helper()
	names, err := filepath.Glob(filepath.Join(s.room, "log", "*", "0000", "0000001-*.record.txt"))
	if err != nil || len(names) != 1 {
		s.Fatal(names, err)
	}
	return names[0]
}

func (s *site) chain() string { return filepath.Dir(filepath.Dir(s.record())) }

func (s *site) opening() string {
	s.Helper()
	names, err := filepath.Glob(filepath.Join(s.chain(), "0000", "0000000-*.record.txt"))
	if err != nil || len(names) != 1 {
		s.Fatal(names, err)
	}
	return names[0]
}

// live is the folder of the person's own chain in a log.
func (s *site) live(log string) string {
	s.Helper()
	names, err := filepath.Glob(filepath.Join(log, "*", "0000", "0000001-*.record.txt"))
	if err != nil {
		s.Fatal(err)
	}
	for _, name := range names {
		if content := s.read(name); !bytes.Contains(content, []byte(`"standing": "training"`)) {
			return filepath.Dir(name)
		}
	}
	s.Fatal("there is no live chain in", log)
	return ""
}

func (s *site) read(name string) []byte {
	s.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		s.Fatal(err)
	}
	return content
}

func (s *site) write(name string, content []byte) {
	s.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o600); err != nil {
		s.Fatal(err)
	}
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// refused: the command fails, since it is about exercises, and what is recorded has not changed.
func (s *site) refused(home string, args ...string) string {
	s.Helper()
	return s.refusedTyping(home, "", args...)
}

func (s *site) refusedTyping(home, typed string, args ...string) string {
	s.Helper()
	return s.refusedSaying("exercise|TRAINING|training room", home, typed, args...)
}

func (s *site) refusedSaying(why, home, typed string, args ...string) string {
	s.Helper()
	before := s.records()
	code, all := s.typed(home, typed, args...)
	if !regexp.MustCompile(why).MatchString(all) {
		s.Errorf("dsa %s fails for another reason:\n%s", strings.Join(args, " "), all)
	}
	if code == codeDone {
		s.Errorf("dsa %s goes through:\n%s", strings.Join(args, " "), all)
	}
	if after := s.records(); !slices.Equal(before, after) {
		s.Errorf("dsa %s fails, and has recorded something:\n%s", strings.Join(args, " "), all)
	}
	s.why = words(all)
	return endRefused
}

// records are all record files of the site.
func (s *site) records() (all []string) {
	s.Helper()
	s.must(filepath.WalkDir(s.dir, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".record.txt") {
			all = append(all, path)
		}
		return err
	}))
	return all
}

// words is the failure of a command, on one line.
func words(all string) string {
	_, what, _ := strings.Cut("\n"+all, "\ndsa: ")
	what, _, _ = strings.Cut(what, "\nnext: ")
	return strings.Join(strings.Fields(what), " ")
}

// verify checks a log by itself, or the partnership's by its id.
func (s *site) verify(home, log string) (code int, all string) {
	s.Helper()
	args := []string{"verify", "--log", log}
	if strings.HasPrefix(log, s.room) {
		args = append(args, "--id", "-") // it is no log of a partnership
	}
	return s.run(home, args...)
}

// found: dsa verify of a log, which was sound before, ends with a fault in a file or chain of the exercise, or in the
// live chain that took it in.
func (s *site) found(home, log string) string {
	s.Helper()
	code, all := s.verify(home, log)
	if code != codeFound {
		s.Errorf("dsa verify ends with %d and finds nothing:\n%s", code, all)
	}
	s.why = ""
	for line := range strings.Lines(all) {
		if strings.HasPrefix(line, "FAULT") {
			s.why = strings.TrimSpace(line)
			break
		}
	}
	if s.why == "" {
		s.Errorf("no fault is named:\n%s", all)
	}
	s.hidden(home, log)
	return endFound
}

// hidden: no list of decisions takes the exercise for one of them.
func (s *site) hidden(home, log string) {
	s.Helper()
	for _, args := range [][]string{{"log", "--log", log}, {"find", "invented", "--log", log}, {"log", "--training", "--log", log}} {
		_, all := s.run(home, args...)
		for line := range strings.Lines(all) {
			if strings.Contains(line, s.id) && !strings.Contains(line, "TRAINING") && !isFault(line) {
				s.Errorf("dsa %s takes it for a decision:\n%s", strings.Join(args, " "), all)
			}
		}
	}
}

func isFault(line string) bool {
	return strings.Contains(line, "annot be read") || strings.Contains(line, ".record.txt") || strings.Contains(line, "CANNOT BE READ")
}

// marked: the command goes through, and what it prints or writes says TRAINING.
func (s *site) marked(home string, args ...string) string {
	s.Helper()
	code, all := s.run(home, args...)
	if code != codeDone {
		s.Errorf("dsa %s ends with %d:\n%s", strings.Join(args, " "), code, all)
	}
	return s.says(all)
}

func (s *site) says(all string) string {
	s.Helper()
	s.why = ""
	for line := range strings.Lines(all) {
		if strings.Contains(line, "TRAINING") {
			s.why = strings.TrimSpace(line)
			return endMarked
		}
	}
	s.Errorf("nothing says TRAINING:\n%.2000s", all)
	return ""
}

// resigned is a record with the signature of another key over the cover, made by OpenSSH itself.
func (s *site) resigned(record []byte, namespace string, cover []byte) []byte {
	s.Helper()
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		s.Skip("there is no ssh-keygen here")
	}
	key := filepath.Join(s.home, "key")
	file := filepath.Join(s.dir, "cover.tmp")
	s.write(file, cover)
	defer os.Remove(file + ".sig")
	if said, err := exec.Command(keygen, "-Y", "sign", "-f", key, "-n", namespace, file).CombinedOutput(); err != nil {
		s.Fatalf("%v: %s", err, said)
	}
	_, _, body, err := decision.CutPage(record)
	s.must(err)
	return slices.Concat(cover, s.read(file+".sig"), body)
}

// ownSigner is the person's own key.
func (s *site) ownSigner() sshsig.Signer {
	s.Helper()
	app, _, _ := newTestApp(s.T, "")
	app.Home = s.home
	signer, err := app.signingKey(s.Context(), "")
	s.must(err)
	return signer
}

// append signs a body as the next record of the person's own chain in a log, as a program other than dsa could.
func (s *site) append(log string, body []byte) {
	s.Helper()
	book, err := logbook.Open(log)
	s.must(err)
	defer book.Close()
	app, _, _ := appAt(s.T, scriptNow, s.home, "append")
	writer := logbook.NewWriter(book, s.ownSigner(), filepath.Join(s.dir, "append.lock"))
	_, err = writer.Append(s.Context(), logbook.Act{Time: app.Now(), Kind: decision.Decision, KeepUntil: decision.Permanent, Body: body})
	s.must(err)
}

func (s *site) bodyOf(name string) []byte {
	s.Helper()
	_, _, body, err := decision.CutPage(s.read(name))
	s.must(err)
	return body
}

// An attempt and how it has to end.
type attempt struct {
	what string
	try  func(*site) string
}

func TestWalls(t *testing.T) {
	t.Parallel()
	tryAll(t, slices.Concat(attemptsOnFiles(), attemptsOnKeys(), attemptsByCommand(), attemptsOnFolders(), attemptsOnDrafts()), (*testing.T).Parallel)
}

// Those for which the environment is another are tried one after the other.
func TestWallsAndTheEnvironment(t *testing.T) {
	tryAll(t, attemptsByEnvironment(), func(*testing.T) {})
}

func tryAll(t *testing.T, attempts []attempt, begin func(*testing.T)) {
	at := newSite(t)
	table := make([]string, len(attempts)) // a line to each, so that they can be tried side by side
	t.Cleanup(func() {
		t.Logf("%d attempts to pass an exercise off as a decision, or the reverse:\n%s", len(table), strings.Join(table, "\n"))
	})
	for i, a := range attempts {
		t.Run(strings.ReplaceAll(a.what, "/", "|"), func(t *testing.T) {
			begin(t)
			s := at(t)
			end := a.try(s)
			if end == "" && !t.Failed() {
				t.Error("it does not end at all")
			}
			why := regexp.MustCompile(regexp.QuoteMeta(s.dir)+`\S*`).ReplaceAllString(s.why, "…")
			if r := []rune(why); len(r) > 110 {
				why = string(r[:109]) + "…"
			}
			table[i] = fmt.Sprintf("%-72s  %-20s  %s", a.what, end, why)
		})
	}
}

// What can be done to the files of an exercise.
func attemptsOnFiles() []attempt {
	return []attempt{
		{"rename the record's file to another number", func(s *site) string {
			s.must(os.Rename(s.record(), filepath.Join(filepath.Dir(s.record()), strings.Replace(filepath.Base(s.record()), "0000001", "0000002", 1))))
			return s.found(s.home, filepath.Join(s.room, "log"))
		}},
		{"rename the folder of its chain", func(s *site) string {
			s.must(os.Rename(s.chain(), filepath.Join(s.room, "log", strings.Repeat("a", 16))))
			return s.found(s.home, filepath.Join(s.room, "log"))
		}},
		{"copy its chain into the person's own log", func(s *site) string {
			copyTree(s.T, filepath.Join(s.home, "log", filepath.Base(s.chain())), s.chain())
			return s.found(s.home, filepath.Join(s.home, "log"))
		}},
		{"copy its chain into a partnership's log", func(s *site) string {
			copyTree(s.T, filepath.Join(s.share, filepath.Base(s.chain())), s.chain())
			return s.found(s.home, s.share)
		}},
		{"copy it into the partnership's log, and let its chain in", func(s *site) string {
			copyTree(s.T, filepath.Join(s.share, filepath.Base(s.chain())), s.chain())
			return s.refusedTyping(s.home, "yes\nsign\nyes\n", "trust", "admit", filepath.Base(s.chain()), "--role", "decision", "--plain")
		}},
		{"copy it into the own log, and publish that with dsa sync", func(s *site) string {
			copyTree(s.T, filepath.Join(s.home, "log", filepath.Base(s.chain())), s.chain())
			s.run(s.home, "sync")
			if _, err := os.Stat(filepath.Join(s.share, filepath.Base(s.chain()))); err == nil {
				s.Error("it was published")
			}
			return s.found(s.home, filepath.Join(s.home, "log"))
		}},
		{"copy it into the own log, sign another decision, and look at the share", func(s *site) string {
			copyTree(s.T, filepath.Join(s.home, "log", filepath.Base(s.chain())), s.chain())
			if code, all := decide(s.T, s.home, "after"); code != codeDone {
				s.Error(all)
			}
			if _, err := os.Stat(filepath.Join(s.share, filepath.Base(s.chain()))); err == nil {
				s.Error("it was published")
			}
			return s.found(s.home, filepath.Join(s.home, "log"))
		}},
		{"put its file at the end of a live chain", func(s *site) string {
			dir := s.live(filepath.Join(s.home, "log"))
			s.write(filepath.Join(dir, strings.Replace(filepath.Base(s.record()), "0000001", "0000009", 1)), s.read(s.record()))
			return s.found(s.home, filepath.Join(s.home, "log"))
		}},
		{"put its file in the place of a live record", func(s *site) string {
			dir := s.live(filepath.Join(s.home, "log"))
			names, _ := filepath.Glob(filepath.Join(dir, "0000002-*"))
			s.write(names[0], s.read(s.record()))
			return s.found(s.home, filepath.Join(s.home, "log"))
		}},
		{"write live for training in the body", func(s *site) string {
			s.write(s.record(), bytes.Replace(s.read(s.record()), []byte(`"standing": "training"`), []byte(`"standing": "live"`), 1))
			return s.found(s.home, filepath.Join(s.room, "log"))
		}},
		{"write live for training in the body, with the length kept", func(s *site) string {
			s.write(s.record(), bytes.Replace(s.read(s.record()), []byte(`"standing": "training"`), []byte(`"standing": "live"    `), 1))
			return s.found(s.home, filepath.Join(s.room, "log"))
		}},
		{"write live for training in the opening of its chain", func(s *site) string {
			s.write(s.opening(), bytes.Replace(s.read(s.opening()), []byte(`"standing": "training"`), []byte(`"standing": "live"`), 1))
			return s.found(s.home, filepath.Join(s.room, "log"))
		}},
		{"write another name of its signature's purpose: dsa-decision", func(s *site) string {
			for _, name := range []string{s.record(), s.opening()} {
				cover, armour, body, err := decision.CutPage(s.read(name))
				s.must(err)
				s.write(name, slices.Concat(cover, otherPurpose(s, armour), body))
			}
			return s.found(s.home, filepath.Join(s.room, "log"))
		}},
		{"leave only its cover, as after a disposal", func(s *site) string {
			cover, armour, _, err := decision.CutPage(s.read(s.record()))
			s.must(err)
			name := strings.Replace(s.record(), ".record.txt", ".cover.txt", 1)
			s.must(os.Remove(s.record()))
			s.write(name, slices.Concat(cover, armour))
			return s.found(s.home, filepath.Join(s.room, "log"))
		}},
		{"write dsa-decision for dsa-training into allowed_signers", func(s *site) string {
			name := filepath.Join(s.room, "log", "allowed_signers")
			s.write(name, bytes.ReplaceAll(s.read(name), []byte("dsa-training"), []byte("dsa-decision")))
			return s.marked(s.home, "verify", s.record())
		}},
		{"show it by its file, out of the room", func(s *site) string {
			name := filepath.Join(s.dir, filepath.Base(s.record()))
			s.write(name, s.read(s.record()))
			return s.marked(s.home, "verify", name)
		}},
		{"verify its log from a live home", func(s *site) string {
			return s.marked(s.home, "verify", "--log", filepath.Join(s.room, "log"), "--id", "-")
		}},
	}
}

// otherPurpose is the signature with dsa-decision in the place of dsa-training, which is as long.
func otherPurpose(s *site, armour []byte) []byte {
	lines := strings.Split(strings.TrimSpace(string(armour)), "\n")
	blob, err := base64.StdEncoding.DecodeString(strings.Join(lines[1:len(lines)-1], ""))
	s.must(err)
	if !bytes.Contains(blob, []byte("dsa-training")) {
		s.Fatal("the signature does not say what it is for")
	}
	text := base64.StdEncoding.EncodeToString(bytes.Replace(blob, []byte("dsa-training"), []byte("dsa-decision"), 1))
	var b strings.Builder
	b.WriteString(lines[0] + "\n")
	for len(text) > 0 {
		n := min(len(lines[1]), len(text))
		b.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	b.WriteString(lines[len(lines)-1] + "\n")
	return []byte(b.String())
}

// What can be done with a key that signs live.
func attemptsOnKeys() []attempt {
	return []attempt{
		{"sign its cover with the live key under dsa-decision, by ssh-keygen", func(s *site) string {
			record := s.read(s.record())
			cover, _, _, err := decision.CutPage(record)
			s.must(err)
			s.write(s.record(), s.resigned(record, "dsa-decision", cover))
			return s.found(s.home, filepath.Join(s.room, "log"))
		}},
		{"so, and copy the chain into the own log", func(s *site) string {
			record := s.read(s.record())
			cover, _, _, err := decision.CutPage(record)
			s.must(err)
			s.write(s.record(), s.resigned(record, "dsa-decision", cover))
			copyTree(s.T, filepath.Join(s.home, "log", filepath.Base(s.chain())), s.chain())
			return s.found(s.home, filepath.Join(s.home, "log"))
		}},
		{"sign the whole chain anew with the live key, opening and all", func(s *site) string {
			for _, name := range []string{s.record(), s.opening()} {
				record := s.read(name)
				cover, _, _, err := decision.CutPage(record)
				s.must(err)
				s.write(name, s.resigned(record, "dsa-decision", cover))
			}
			return s.found(s.home, filepath.Join(s.room, "log"))
		}},
		{"append its body to the own live chain with the live key", func(s *site) string {
			s.append(filepath.Join(s.home, "log"), s.bodyOf(s.record()))
			return s.found(s.home, filepath.Join(s.home, "log"))
		}},
		{"append its body to the own chain in the partnership's log", func(s *site) string {
			s.append(s.share, s.bodyOf(s.record()))
			return s.found(s.home, s.share)
		}},
		{"dsa practise --key with the live key", func(s *site) string {
			return s.refusedSaying("has no flag", s.home, practised, "practise", exercise, "--key", filepath.Join(s.home, "key"))
		}},
		{"dsa --home ROOM share --key with the live key", func(s *site) string {
			return s.refused(s.room, "share", "--answers", oneCase, "--key", filepath.Join(s.home, "key"))
		}},
		{"lay the live key into the room, and practise", func(s *site) string {
			for _, name := range []string{"key", "key.pub"} {
				s.write(filepath.Join(s.room, name), s.read(filepath.Join(s.home, name)))
			}
			return s.throwaway()
		}},
		{"lay a signing.yaml that names the live key into the room, and practise", func(s *site) string {
			s.write(filepath.Join(s.room, "signing.yaml"), []byte("key: "+filepath.Join(s.home, "key")+"\n"))
			return s.throwaway()
		}},
	}
}

// throwaway: another exercise is signed with no key that is anywhere on the disk, and lies in the room alone.
func (s *site) throwaway() string {
	s.Helper()
	before := s.records()
	code, all := s.practise(s.home)
	if code != codeDone {
		s.Error(all)
	}
	own := s.ownSigner().Key()
	for _, name := range s.records() {
		if slices.Contains(before, name) {
			continue
		}
		if !strings.HasPrefix(name, s.room) {
			s.Errorf("an exercise lies outside the room: %s", name)
		}
		page, err := decision.SplitPage(s.read(name))
		s.must(err)
		signature, err := sshsig.Parse(page.Signature)
		s.must(err)
		if signature.Key == own || signature.Namespace != sshsig.Training {
			s.Errorf("%s is signed with the live key, or as %s", name, signature.Namespace)
		}
	}
	return s.says(all)
}

// What the commands could do with an exercise.
func attemptsByCommand() (all []attempt) {
	add := func(what string, try func(*site) string) { all = append(all, attempt{what, try}) }
	// From a live home, with the log of the room named.
	for _, args := range [][]string{
		{"complete"}, {"amend"}, {"review"}, {"endorse"},
	} {
		add("dsa "+args[0]+" on it, from a live home", func(s *site) string {
			return s.refused(s.home, append(args, s.id, "--log", filepath.Join(s.room, "log"), "--plain")...)
		})
	}
	for _, args := range [][]string{
		{"log", "join", "ROOMLOG", "--yes"}, {"log", "merge", "ROOMLOG"},
		{"log", "merge", "LOG", "--log", "ROOMLOG"}, {"log", "merge", "LOG", "--log", "ROOM"}, {"log", "new", "ROOM", "--title", "X", "--spare", "DIR/spare2"},
	} {
		add("dsa "+strings.Join(args, " ")+", from a live home", func(s *site) string {
			return s.refusedTyping(s.home, "yes\nsign\n", s.named(args)...)
		})
	}
	// What is done in a log has to name one that the computer knows, which the room's is not.
	for _, args := range [][]string{{"prove", "ID"}, {"checkpoint"}, {"trust"}, {"hold", "ID"}, {"dispose", "ID"}, {"sync"}} {
		add("dsa "+strings.Join(args, " ")+" --log ROOMLOG, from a live home", func(s *site) string {
			return s.refusedSaying("does not know the log in that folder|has not joined the log in that folder", s.home, "", s.named(append(args, "--log", "ROOMLOG"))...)
		})
	}
	// With its chain laid into the partnership's log by hand.
	for _, args := range [][]string{{"prove", "ID"}, {"hold", "ID", "--answers", "DIR/hold.yaml"}, {"dispose", "ID", "--answers", "DIR/dispose.yaml"}, {"endorse", "ID"}, {"amend", "ID", "--log", "SHARE"},
		{"review", "ID", "--log", "SHARE"}, {"complete", "ID", "--log", "SHARE"}} {
		add("lay its chain into the partnership's log, and dsa "+strings.Join(args, " "), func(s *site) string {
			copyTree(s.T, filepath.Join(s.share, filepath.Base(s.chain())), s.chain())
			s.write(filepath.Join(s.dir, "hold.yaml"), []byte("sign: yes\nanswers: {authority: Head of legal services, reason: A claim has been announced.}\n"))
			s.write(filepath.Join(s.dir, "dispose.yaml"), []byte("sign: yes\nanswers: {rule: Schedule 2024, authority: Head of governance, override: The court has ordered it.}\n"))
			return s.refusedSaying("exercise|does not stand in a chain of this log", s.home, "", s.named(args)...)
		})
	}
	for _, args := range [][]string{{"report", "--log", "SHARE"}, {"sample", "9", "--log", "SHARE"}, {"export", "--log", "SHARE", "--to", "DIR/x.csv"}} {
		add("lay its chain into the partnership's log, and dsa "+strings.Join(args, " "), func(s *site) string {
			copyTree(s.T, filepath.Join(s.share, filepath.Base(s.chain())), s.chain())
			code, all := s.run(s.home, s.named(args)...)
			if code == codeDone {
				s.Errorf("nothing is said of it:\n%s", all)
			}
			if strings.HasSuffix(args[len(args)-1], ".csv") {
				if rows := string(s.read(filepath.Join(s.dir, "x.csv"))); strings.Contains(rows, s.id) || !strings.Contains(rows, "live") {
					s.Errorf("it is in the rows:\n%s", rows)
				}
			}
			s.why = words(all)
			return endFound
		})
	}
	add("lay its chain into the partnership's log, and copy that with dsa export", func(s *site) string {
		copyTree(s.T, filepath.Join(s.share, filepath.Base(s.chain())), s.chain())
		to := filepath.Join(s.dir, "x.zip")
		code, all := s.run(s.home, "export", "--log", s.share, "--to", to)
		if code != codeDone || !strings.Contains(all, "2 exercises are left out") {
			s.Errorf("exit code %d:\n%s", code, all)
		}
		out, names := unzipped(s.T, s.read(to))
		for _, name := range names {
			if strings.Contains(name, filepath.Base(s.chain())) {
				s.Errorf("%s is in %s", name, out)
			}
		}
		s.why = "2 exercises are left out"
		return endRefused
	})
	add("lay its chain into the partnership's log, and let a checkpoint cover it", func(s *site) string {
		copyTree(s.T, filepath.Join(s.share, filepath.Base(s.chain())), s.chain())
		s.run(s.home, "checkpoint")
		return s.found(s.home, s.share)
	})
	for _, args := range [][]string{
		{"show", "ID", "--log", "ROOMLOG"}, {"tier2", "ID", "--log", "ROOMLOG"}, {"tier2", "ID", "--html", "--log", "ROOMLOG"},
		{"show", "ID", "--html", "--log", "ROOMLOG"}, {"show", "ID", "--json", "--log", "ROOMLOG"},
		{"log", "--training", "--log", "ROOMLOG"}, {"find", "invented", "--training", "--log", "ROOMLOG"},
		{"report", "--training", "--log", "ROOMLOG"}, {"sample", "1", "--training", "--log", "ROOMLOG"},
	} {
		add("dsa "+strings.Join(args, " ")+", from a live home", func(s *site) string {
			// A computer that knows no log would find faults with none.
			code, all := s.run(s.TempDir(), s.named(args)...)
			if code != codeDone && args[0] == "tier2" && strings.Contains(all, "this record is of a single decision") {
				s.why = words(all)
				return endRefused
			}
			if code != codeDone {
				s.Errorf("exit code %d:\n%s", code, all)
			}
			if slices.Contains(args, "--json") {
				all = strings.ReplaceAll(all, `"standing": "training"`, "TRAINING")
			}
			return s.says(all)
		})
	}
	for _, form := range []string{"csv", "jsonl", "html", "zip"} {
		add("dsa export --training --to x."+form+", from a live home", func(s *site) string {
			return s.exported(s.TempDir(), form, "--log", filepath.Join(s.room, "log"), "--training")
		})
		add("dsa export --to x."+form+", in the room", func(s *site) string { return s.exported(s.room, form) })
	}
	// In the room.
	for _, args := range [][]string{
		{"complete", "ID"}, {"amend", "ID"}, {"review", "ID"}, {"endorse", "ID"}, {"prove", "ID"}, {"checkpoint"}, {"trust"},
		{"trust", "admit", "ID"}, {"hold", "ID"}, {"dispose", "ID"}, {"rule", "ID"}, {"release", "ID"}, {"sync"}, {"due"},
		{"log", "join", "SHARE"}, {"log", "merge", "LOG"}, {"log", "known"}, {"log", "leave", "SHARE"},
		{"log", "new", "--title", "X", "--spare", "DIR/spare2"}, {"setup", "--answers", oneCase}, {"setup", "--new-key"},
	} {
		add("dsa "+strings.Join(args, " ")+", in the room", func(s *site) string {
			return s.refusedTyping(s.room, "yes\nsign\n", s.named(args)...)
		})
	}
	for _, args := range [][]string{{"log"}, {"show", "ID"}, {"verify"}, {"find", "invented"}, {"report"}, {"sample", "1"}} {
		add("dsa "+strings.Join(args, " ")+", in the room", func(s *site) string { return s.marked(s.room, s.named(args)...) })
	}
	add("dsa share in the room, from an answers file", func(s *site) string {
		before, shared := s.records(), files(s.T, s.share)
		code, all := s.run(s.room, "share", "--answers", oneCase)
		if code != codeDone {
			s.Error(all)
		}
		for _, name := range s.records() {
			if !slices.Contains(before, name) && (!strings.HasPrefix(name, s.room) || !bytes.Contains(s.read(name), []byte(`"standing": "training"`))) {
				s.Errorf("%s is no exercise in the room", name)
			}
		}
		if files(s.T, s.share) != shared {
			s.Error("it was published")
		}
		return s.says(all)
	})
	add("lay logs.yaml into the room, so that a share is known there, and practise", func(s *site) string {
		before := files(s.T, s.share)
		s.write(filepath.Join(s.room, "logs.yaml"), s.read(filepath.Join(s.home, "logs.yaml")))
		end := s.throwaway()
		if files(s.T, s.share) != before {
			s.Error("it was published")
		}
		return end
	})
	add("dsa practise --answers", func(s *site) string {
		return s.refusedSaying("has no flag", s.home, practised, "practise", exercise, "--answers", oneCase)
	})
	add("dsa share --answers with a scenario's file", func(s *site) string {
		return s.refusedSaying(`"story" is unknown`, s.home, "", "share", "--emergency", "--answers", exercise)
	})
	add("dsa share --answers with a scenario's model answers", func(s *site) string {
		text, _, _ := strings.Cut(string(s.read(exercise)), "expect:")
		_, answers, _ := strings.Cut(text, "answers:\n")
		name := filepath.Join(s.dir, "model.yaml")
		s.write(name, []byte("answers:\n"+answers+"sign: yes\n"))
		return s.refusedSaying("name is remembered differently on this computer", s.home, "", "share", "--emergency", "--answers", name)
	})
	add("add the results of an exercise to a live record", func(s *site) string {
		dir := s.live(filepath.Join(s.home, "log"))
		names, _ := filepath.Glob(filepath.Join(dir, "0000001-*"))
		before := s.read(names[0])
		end := s.refusedSaying("holds something else", s.home, practised, "practise", exercise, "--results", names[0])
		if !bytes.Equal(before, s.read(names[0])) {
			s.Error("the record was changed")
		}
		return end
	})
	return all
}

// named puts the names of the site into a command line.
func (s *site) named(args []string) []string {
	var named []string
	for _, arg := range args {
		for _, n := range [][2]string{{"ROOMLOG", filepath.Join(s.room, "log")}, {"ROOM", s.room}, {"SHARE", s.share}, {"LOG", filepath.Join(s.home, "log")}, {"ID", s.id}} {
			if arg == n[0] {
				arg = n[1]
			}
		}
		if rest, is := strings.CutPrefix(arg, "DIR"); is {
			arg = s.dir + rest
		}
		named = append(named, arg)
	}
	return named
}

// exported: what is written says TRAINING; of a copy of the records, dsa verify says it.
func (s *site) exported(home, form string, more ...string) string {
	s.Helper()
	to := filepath.Join(s.dir, "x."+form)
	if code, all := s.run(home, append([]string{"export", "--to", to}, more...)...); code != codeDone {
		s.Errorf("exit code %d:\n%s", code, all)
		return ""
	}
	if form != "zip" {
		return s.says(strings.ReplaceAll(string(s.read(to)), `"standing":"training"`, "TRAINING"))
	}
	out, _ := unzipped(s.T, s.read(to))
	return s.marked(s.home, "verify", "--log", out, "--id", "-")
}

// What can be done to the folders.
func attemptsOnFolders() []attempt {
	link := func(s *site, to, at string) {
		s.must(os.RemoveAll(at))
		if err := os.Symlink(to, at); err != nil {
			s.Skip("no links here:", err)
		}
	}
	return []attempt{
		{"remove the file TRAINING.txt, and share", func(s *site) string {
			s.must(os.Remove(filepath.Join(s.room, trainingMark)))
			return s.refused(s.room, "share", "--answers", oneCase)
		}},
		{"remove the file TRAINING.txt, and practise", func(s *site) string {
			s.must(os.Remove(filepath.Join(s.room, trainingMark)))
			return s.refusedTyping(s.home, practised, "practise", exercise)
		}},
		{"remove the file TRAINING.txt, and complete", func(s *site) string {
			s.must(os.Remove(filepath.Join(s.room, trainingMark)))
			return s.refused(s.room, "complete", s.id, "--plain")
		}},
		{"remove the file TRAINING.txt, and join the share from there", func(s *site) string {
			s.must(os.Remove(filepath.Join(s.room, trainingMark)))
			s.run(s.room, "setup", "--answers", writeWho(s.T))
			before := files(s.T, s.share)
			end := s.refusedTyping(s.room, "yes\nsign\n", "log", "join", s.share, "--yes")
			if files(s.T, s.share) != before {
				s.Error("it was published")
			}
			return end
		}},
		{"rename the training room, and share in it", func(s *site) string {
			other := filepath.Join(s.home, "mine")
			s.must(os.Rename(s.room, other))
			return s.marked(other, "share", "--answers", oneCase)
		}},
		{"copy the training room's log without the rest, and share in it", func(s *site) string {
			other := filepath.Join(s.dir, "other")
			copyTree(s.T, filepath.Join(other, "log"), filepath.Join(s.room, "log"))
			return s.refused(other, "share", "--answers", oneCase)
		}},
		{"copy the training room's log without the rest, and join it", func(s *site) string {
			other := filepath.Join(s.dir, "other")
			copyTree(s.T, other, filepath.Join(s.room, "log"))
			return s.refused(s.home, "log", "join", other, "--yes")
		}},
		{"copy the training room's log without the rest, and merge it", func(s *site) string {
			other := filepath.Join(s.dir, "other")
			copyTree(s.T, other, filepath.Join(s.room, "log"))
			return s.refused(s.home, "log", "merge", other)
		}},
		{"name the room's log as the home folder, and share", func(s *site) string {
			return s.marked(filepath.Join(s.room, "log"), "share", "--answers", oneCase)
		}},
		{"name a new folder in the room as the home folder, and share", func(s *site) string {
			return s.marked(filepath.Join(s.room, "new", "home"), "share", "--answers", oneCase)
		}},
		{"name the room in a roundabout way, and share", func(s *site) string {
			return s.marked(s.room+"/../training/./", "share", "--answers", oneCase)
		}},
		{"reach the room by a link, and share", func(s *site) string {
			other := filepath.Join(s.dir, "link")
			link(s, s.room, other)
			return s.marked(other, "share", "--answers", oneCase)
		}},
		{"make the log of a live home a link to the room's log, and share", func(s *site) string {
			link(s, filepath.Join(s.room, "log"), filepath.Join(s.home, "log"))
			return s.refused(s.home, "share", "--emergency", "--answers", emergencyCase(s))
		}},
		{"make the room's log a link to the live log, and practise", func(s *site) string {
			link(s, filepath.Join(s.home, "log"), filepath.Join(s.room, "log"))
			s.id = "none"
			return s.refusedTyping(s.home, practised, "practise", exercise)
		}},
		{"make the room's log a link to the live log, and share in the room", func(s *site) string {
			link(s, filepath.Join(s.home, "log"), filepath.Join(s.room, "log"))
			return s.refused(s.room, "share", "--answers", oneCase)
		}},
		{"make the room a link to a live home, and practise", func(s *site) string {
			other := filepath.Join(s.dir, "other")
			copyTree(s.T, other, s.home)
			s.must(os.RemoveAll(filepath.Join(other, "training")))
			link(s, other, s.room)
			return s.refusedTyping(s.home, practised, "practise", exercise)
		}},
		{"make a link from the room's log to one of the live chains, and practise", func(s *site) string {
			dir := filepath.Dir(s.live(filepath.Join(s.home, "log")))
			s.must(os.RemoveAll(s.chain()))
			link(s, dir, filepath.Join(s.room, "log", filepath.Base(dir)))
			before := files(s.T, filepath.Join(s.home, "log"))
			end := s.throwaway()
			if files(s.T, filepath.Join(s.home, "log")) != before {
				s.Error("something was recorded in the live log")
			}
			return end
		}},
		{"lay a live chain into the room's log, and practise", func(s *site) string {
			dir := filepath.Dir(s.live(filepath.Join(s.home, "log")))
			copyTree(s.T, filepath.Join(s.room, "log", filepath.Base(dir)), dir)
			return s.refusedTyping(s.home, practised, "practise", exercise)
		}},
	}
}

// What can be done by the environment.
func attemptsByEnvironment() []attempt {
	return []attempt{
		{"DSA_HOME on the room, and share", func(s *site) string {
			s.Setenv("DSA_HOME", s.room)
			return s.marked(homeFolder(), "share", "--answers", oneCase)
		}},
		{"DSA_HOME on the room, --home on a live one, and share", func(s *site) string {
			s.Setenv("DSA_HOME", s.room)
			before := files(s.T, filepath.Join(s.room, "log"))
			code, all := s.run(homeFolder(), "share", "--answers", oneCase, "--home", s.home)
			if code != codeDone || strings.Contains(all, "TRAINING") || files(s.T, filepath.Join(s.room, "log")) != before {
				s.Errorf("a decision in a live home is taken for an exercise:\n%s", all)
			}
			code, all = s.run(homeFolder(), "log")
			if code != codeDone {
				s.Error(all)
			}
			return s.says(all)
		}},
	}
}

func emergencyCase(s *site) string {
	text, _, _ := strings.Cut(string(s.read(exercise)), "expect:")
	_, answers, _ := strings.Cut(text, "answers:\n")
	answers = strings.NewReplacer("Robin Invented", "Sam Okafor", "Lead for safeguarding", "GP partner and safeguarding lead", "robin.invented", "sam.okafor").Replace(answers)
	name := filepath.Join(s.dir, "emergency.yaml")
	s.write(name, []byte("answers:\n"+answers+"sign: yes\n"))
	return name
}

// What can be done with what was left unfinished.
func attemptsOnDrafts() []attempt {
	return []attempt{
		{"move the draft of an exercise to the live drafts, and go on with it", func(s *site) string {
			s.leave(s.home, "acted\nstop\n", "practise", exercise, "--blank")
			s.move(filepath.Join(s.room, "drafts"), filepath.Join(s.home, "drafts"))
			_, all := s.typed(s.home, "1\nstop\n", "share", "--emergency")
			return s.notTaken(all)
		}},
		{"so, with the scenario taken out of it", func(s *site) string {
			s.leave(s.home, "acted\nstop\n", "practise", exercise, "--blank")
			s.rewrite(filepath.Join(s.room, "drafts"), regexp.MustCompile(`,\n "scenario": "[^"]*"`), "")
			s.move(filepath.Join(s.room, "drafts"), filepath.Join(s.home, "drafts"))
			_, all := s.typed(s.home, "1\nstop\n", "share", "--emergency")
			return s.notTaken(all)
		}},
		{"so, with the standing taken out of it", func(s *site) string {
			s.leave(s.home, "acted\nstop\n", "practise", exercise, "--blank")
			s.rewrite(filepath.Join(s.room, "drafts"), regexp.MustCompile(`\n "standing": "[^"]*",`), "")
			s.move(filepath.Join(s.room, "drafts"), filepath.Join(s.home, "drafts"))
			_, all := s.typed(s.home, "1\nstop\n", "share", "--emergency")
			return s.notTaken(all)
		}},
		{"so, with a standing that there is not", func(s *site) string {
			s.leave(s.home, "acted\nstop\n", "practise", exercise, "--blank")
			s.rewrite(filepath.Join(s.room, "drafts"), regexp.MustCompile(`\n "standing": "[^"]*",`), "\n \"standing\": \"another\",")
			s.move(filepath.Join(s.room, "drafts"), filepath.Join(s.home, "drafts"))
			_, all := s.typed(s.home, "1\nstop\n", "share", "--emergency")
			return s.notTaken(all)
		}},
		{"move a live draft into the room, and practise", func(s *site) string {
			s.leave(s.home, "no\nstop\n", "share")
			s.move(filepath.Join(s.home, "drafts"), filepath.Join(s.room, "drafts"))
			_, all := s.practise(s.home)
			if strings.Contains(all, "Which one?") || strings.Contains(all, "Going on with") {
				s.Errorf("a live draft is gone on with in an exercise:\n%s", all)
			}
			return s.says(all)
		}},
		{"go on with the draft of one exercise in another", func(s *site) string {
			s.leave(s.home, "acted\nstop\n", "practise", exercise, "--blank")
			_, all := s.typed(s.home, "1\nstop\n", "practise", exercise+"/in-part")
			if strings.Contains(all, "Which one?") || strings.Contains(all, "Going on with") {
				s.Errorf("the draft of another exercise is gone on with:\n%s", all)
			}
			return s.says(all)
		}},
		{"lay the body of an exercise into a live draft, as if it was just signed", func(s *site) string {
			s.leave(s.home, "no\nstop\n", "share")
			body := fmt.Sprintf(" \"pending\": %q,\n \"answers\"", s.bodyOf(s.record()))
			s.rewrite(filepath.Join(s.home, "drafts"), regexp.MustCompile(` "answers"`), strings.ReplaceAll(body, "$", "$$"))
			_, all := s.typed(s.home, "2\nstop\n", "share")
			if strings.Contains(all, "was recorded before") {
				s.Errorf("an exercise is taken for the decision that was signed:\n%s", all)
			}
			s.why = words(all)
			return endRefused
		}},
	}
}

// leave begins something and stops, with a draft.
func (s *site) leave(home, typed string, args ...string) {
	s.Helper()
	if code, all := s.typed(home, typed, args...); code != codeStopped {
		s.Fatalf("exit code %d:\n%s", code, all)
	}
}

func (s *site) drafts(dir string) []string {
	s.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(names) == 0 {
		s.Fatal("there is no draft in", dir)
	}
	return names
}

func (s *site) move(from, to string) {
	s.Helper()
	for _, name := range s.drafts(from) {
		s.write(filepath.Join(to, filepath.Base(name)), s.read(name))
		s.must(os.Remove(name))
	}
}

func (s *site) rewrite(dir string, what *regexp.Regexp, with string) {
	s.Helper()
	for _, name := range s.drafts(dir) {
		content := s.read(name)
		if !what.Match(content) {
			s.Fatalf("%s is not in the draft:\n%s", what, content)
		}
		s.write(name, what.ReplaceAll(content, []byte(with)))
	}
}

// notTaken: the draft is named, and nothing goes on with it.
func (s *site) notTaken(all string) string {
	s.Helper()
	if strings.Contains(all, "Which one?") || strings.Contains(all, "Going on with") || strings.Contains(all, "drove off") {
		s.Errorf("the draft of an exercise is gone on with:\n%s", all)
	}
	for line := range strings.Lines(all) {
		if strings.HasPrefix(line, "A draft of an exercise lies among your drafts") {
			s.why = strings.TrimSpace(line)
			return endRefused
		}
	}
	s.Errorf("the draft is not named:\n%s", all)
	return ""
}
