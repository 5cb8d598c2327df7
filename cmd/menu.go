package cmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/cmd/training"
	"dsa/decision"
	"dsa/legislation"

	"github.com/spf13/cobra"
)

// The menu is for people who never type a command: dsa alone, or a double click, opens it. Each of its lines is a command that
// can be typed as well, and runs in the same way; it comes back when that is done.
type menu struct {
	app *App
}

// errLeave says that the person is done with the menu.
var errLeave = errors.New("the person leaves the menu")

// A lostTerminal is an error of the terminal: nothing can be asked or told any more.
type lostTerminal struct{ error }

func (e lostTerminal) Unwrap() error { return e.error }

// A menuLine is one line of a menu and what it does.
type menuLine struct {
	id, words, help string
	do              func(context.Context) error
}

// runMenu opens the menu where there is somebody to ask, and else prints the help.
func runMenu(cmd *cobra.Command, app *App) error {
	if !app.Terminal {
		return cmd.Help()
	}
	if app.Home == "" {
		return noHome()
	}
	m := &menu{app: app}
	err := m.pages(cmd.Context(), m.home)
	switch {
	case cmd.Context().Err() != nil:
		return &failure{what: "stopped; what you signed is recorded, and what you began is kept", next: "open dsa again", code: codeStopped}
	case errors.Is(err, errLeave), errors.Is(err, screen.ErrStopped), errors.Is(err, screen.ErrInputEnded):
		app.left = true
		return nil
	}
	return err
}

// home is the first page. It has one place for what is said there, so that every line of it is seen at 24 rows.
func (m *menu) home() (screen.Page, []menuLine) {
	page := screen.Page{
		Title: "dsa: deciding about sharing information to protect someone",
		Lines: []string{"If someone is in danger now, act first: call 999. Record afterwards."},
		Ask:   "What do you want to do?", Leave: "leave dsa",
	}
	_, complete, err := m.app.profile()
	_, damaged := m.app.readPreferences()
	n := m.unfinished()
	switch {
	case m.app.Training:
		page.Lines = append(page.Lines, "This folder is the training room: nothing in it is a decision.")
	case n > 0:
		page.Lines = append(page.Lines, screen.Count(n, "record is", "records are")+" begun and not signed. Choose Decide, and you are asked whether to go on.")
	case damaged != nil:
		page.Lines = append(page.Lines, "What you prefer cannot be read and is ignored. This computer says what to do.")
	case err == nil && !complete:
		page.Lines = append(page.Lines, "You have not decided anything with dsa on this computer yet. To try it first, choose Practise: nothing counts there.")
	}
	return page, m.fitting([]menuLine{
		{"danger", "Someone is in danger now", "Call 999 first. Then a dozen answers record what was shared; the rest can wait until tomorrow.", m.command("An emergency, recorded afterwards", "share", "--emergency")},
		{"decide", "Decide about sharing information", "The checklist of your agreement, the law open to you, and a signed record of what you decide.", m.decide},
		{"law", "Look up the law on sharing", "What may be open to your organisation, or one Act. Nothing is recorded.", m.law},
		{"records", "My records", "Read one, take a note or a reply from it, complete it, correct it.", m.records},
		{"due", "What is owed", "What your decisions leave to be done, and by when.", m.ofRecords("What is owed", "due")},
		{"practise", "Practise with an invented case", "The same checklist; nothing that you do there counts.", m.practise},
		{"help", "Help", "Short pages in plain words.", m.help},
		{"computer", "This computer", "Is everything in order here; who decides on it.", m.computer},
		{"leave", "Leave dsa", "", func(context.Context) error { return errLeave }},
	})
}

// fitting leaves out what is for real records in the training room.
func (m *menu) fitting(lines []menuLine) []menuLine {
	if !m.app.Training {
		return lines
	}
	return slices.DeleteFunc(lines, func(l menuLine) bool {
		return slices.Contains([]string{"due", "complete", "amend", "review", "doctor", "setup", "agreement", "plain", "draw"}, l.id)
	})
}

// unfinished counts what was begun at this computer and not signed.
func (m *menu) unfinished() int {
	drafts, _, err := m.app.drafts(&task{kind: decision.Decision, agreement: &checklist.Agreement{}, list: &checklist.List{}})
	if err != nil {
		return 0 // whoever chooses to decide is told
	}
	return len(drafts)
}

// pages puts a page again and again, and does what is chosen on it, until the person goes back or leaves.
func (m *menu) pages(ctx context.Context, next func() (screen.Page, []menuLine)) error {
	for {
		page, lines := next()
		for _, l := range lines {
			page.Options = append(page.Options, checklist.Option{ID: l.id, Words: l.words, Help: l.help})
		}
		id, err := m.put(ctx, page)
		if errors.Is(err, screen.ErrBack) {
			return nil
		}
		if err != nil {
			return err
		}
		at := slices.IndexFunc(lines, func(l menuLine) bool { return l.id == id })
		if err := lines[at].do(ctx); err != nil {
			if err := m.failed(ctx, err); err != nil {
				return err
			}
		}
	}
}

// below puts a page that esc leaves for the one before.
func (m *menu) below(ctx context.Context, page screen.Page, lines []menuLine) error {
	page.Back, page.Leave = "go back", "leave dsa"
	return m.pages(ctx, func() (screen.Page, []menuLine) { return page, m.fitting(lines) })
}

// put puts a page.
func (m *menu) put(ctx context.Context, page screen.Page) (string, error) {
	page.Training = m.app.Training
	id, err := m.app.asker(false).Choose(ctx, page)
	return id, left(err)
}

// tell shows a text until the person goes on.
func (m *menu) tell(ctx context.Context, text screen.Text) error {
	text.Training, text.Leave, text.Stop = m.app.Training, "go back", "leave dsa"
	if err := left(m.app.asker(false).Read(ctx, text)); !errors.Is(err, screen.ErrBack) {
		return err
	}
	return nil
}

// left tells an error of the terminal from the ways in which a page is left.
func left(err error) error {
	if err == nil || errors.Is(err, screen.ErrBack) || errors.Is(err, screen.ErrStopped) || errors.Is(err, screen.ErrInputEnded) {
		return err
	}
	return lostTerminal{err}
}

// failed tells why something could not be done. What ends the menu is handed on.
func (m *menu) failed(ctx context.Context, err error) error {
	var broken lostTerminal
	switch {
	case errors.Is(err, screen.ErrBack):
		return nil
	case ctx.Err() != nil, errors.As(err, &broken), errors.Is(err, errLeave), errors.Is(err, screen.ErrStopped), errors.Is(err, screen.ErrInputEnded):
		return err
	}
	return m.tell(ctx, screen.Text{Title: couldNot, Lines: inMenu(explain(err))})
}

const couldNot = "This could not be done"

// command is a line that runs a command. The title stands above what comes of it.
func (m *menu) command(title string, args ...string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := m.run(ctx, title, true, args...)
		return err
	}
}

// ofRecords is a line that runs a command about the person's records, where there are any.
func (m *menu) ofRecords(title string, args ...string) func(context.Context) error {
	return func(ctx context.Context) error {
		if isMissing(m.app.logFolder("")) {
			return m.noRecords(ctx, title)
		}
		return m.command(title, args...)(ctx)
	}
}

func (m *menu) noRecords(ctx context.Context, title string) error {
	return m.tell(ctx, screen.Text{Title: title, Lines: []string{"There are no records on this computer yet.", "",
		"To make the first, go back and choose: Decide about sharing information.", "To try it with an invented case first, choose: Practise with an invented case."}})
}

// run runs a command as it would be typed, and shows what came of it until the person goes on. On drawn pages what it
// prints is read as a page; what it says while it works stands on the terminal at once as well. Results are not shown where
// the command has pages of its own for them.
func (m *menu) run(ctx context.Context, title string, results bool, args ...string) (code int, err error) {
	app := m.app
	var said bytes.Buffer
	out, errs := app.Out, app.Err
	drawn := app.Drawn != nil
	if drawn {
		app.Out, app.Err = &said, io.MultiWriter(errs, &said)
	} else {
		app.Out = io.MultiWriter(out, &said) // the asker goes on with the same app.Err, and with what was typed ahead
	}
	data, pack := app.Data, app.packTitle
	func() {
		defer func() {
			app.Out, app.Err = out, errs
			app.forget(data, pack)
		}()
		root := NewRoot(app)
		root.SetArgs(args)
		err = root.ExecuteContext(ctx)
	}()
	if ctx.Err() != nil {
		if err != nil {
			app.report(err) // where the draft is
		}
		return codeStopped, ctx.Err()
	}
	text := screen.Text{Title: title, Said: !drawn}
	for line := range strings.Lines(said.String()) {
		text.Lines = append(text.Lines, strings.TrimRight(line, "\n"))
	}
	f := &failure{code: codeDone}
	var more []string
	if err != nil {
		f = explain(err)
		more = inMenu(f)
	}
	switch f.code {
	case codeDone:
		if len(text.Lines) == 0 || !results {
			return f.code, nil
		}
		if args[0] != "help" { // where commands are explained
			more = append(more, menuPlaces(said.String(), args)...)
		}
		more = append(more, "As a command: dsa "+strings.Join(args, " "))
	case codeStopped:
		text.Title = "Stopped"
	case codeFound:
	default:
		text.Title = couldNot
	}
	if len(text.Lines) > 0 && len(more) > 0 {
		text.Lines = append(text.Lines, "")
	}
	text.Lines = append(text.Lines, more...)
	if !drawn {
		app.say("")
		if text.Title != title {
			app.say("%s.", text.Title)
		}
		for _, line := range more {
			app.say("%s", line)
		}
	}
	return f.code, m.tell(ctx, text)
}

// inMenu are the words of a failure for who has not typed a command.
func inMenu(f *failure) []string {
	words := strings.NewReplacer("run the same command", "choose the same line of the menu", "the same command", "the same line of the menu")
	var lines []string
	for i, text := range []string{f.what, f.next} {
		if text == "" {
			continue
		}
		text = words.Replace(text)
		if i == 0 {
			text = screen.Capital(text)
		} else {
			text = "What to do: " + text
		}
		for line := range strings.Lines(text) {
			lines = append(lines, screen.Safe(strings.TrimRight(line, "\n")))
		}
	}
	return append(lines, menuPlaces(f.next, nil)...)
}

// namedCommand finds the commands that a text names.
var namedCommand = regexp.MustCompile(`\bdsa ([a-z]+)( --[a-z-]+)?`)

// menuPlaces say where in the menu the commands are that a text names, other than the one that has just run.
func menuPlaces(text string, ran []string) []string {
	const of = "My records, then the record"
	places := map[string]string{
		"share --emergency": "Someone is in danger now", "share": "Decide about sharing information", "share --adhoc": "Decide about sharing information",
		"share --routine": "Decide about sharing information", "log": "My records", "show": of, "complete": of + ", then Complete it", "amend": of + ", then Correct it", "review": of + ", then Look at the decision again",
		"due": "What is owed", "practise": "Practise with an invented case", "doctor": "This computer, then Is everything in order here",
		"setup": "This computer, then Say who decides here", "verify": "This computer, then Check my records",
		"setup --agreement": "This computer, then The agreement that is used here", "setup --plain-always": "This computer, then Plain lines from now on",
	}
	var lines []string
	for _, found := range namedCommand.FindAllStringSubmatch(text, -1) {
		place := places[found[1]+found[2]]
		line := "In this menu, " + found[0] + " is: " + place + "."
		if place != "" && (len(ran) == 0 || ran[0] != found[1]) && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// forget takes an agreement that a command brought in out of the data again: the next one begins as if it were typed.
func (app *App) forget(data fs.FS, title string) {
	if app.packTitle != title {
		app.Data, app.packTitle = data, title
		app.tables.law, app.tables.parts = nil, 0
	}
}

// decide asks what is to be decided, and under which agreement: the usual one first.
func (m *menu) decide(ctx context.Context) error {
	m.app.copied = nil // one may have been copied here since
	var lines []menuLine
	for _, one := range m.agreements() {
		for _, o := range []struct{ occasion, words string }{{checklist.AdHoc, "One request or concern"}, {checklist.Routine, "The same information again and again"}} {
			if one.outline.Checklists[o.occasion] != "" {
				words := o.words + ": " + cmp.Or(one.Area, one.Title)
				lines = append(lines, menuLine{o.occasion + "/" + one.Name, words, one.Title + ".", m.command(words, "share", "--"+o.occasion, "--agreement", one.Name)})
			}
		}
	}
	page := screen.Page{
		Title: "Decide about sharing information", Ask: "What is it, and under which agreement?",
		Lines: []string{"Every answer is saved at once, and nothing is signed before you have seen all of it and say yes."},
	}
	if n := m.unfinished(); n > 0 {
		page.Lines = append(page.Lines, screen.Count(n, "record is", "records are")+" begun and not signed: after any of these lines you are asked whether to go on.")
	}
	return m.below(ctx, page, lines)
}

// agreements are those that can be used here, the usual one first.
func (m *menu) agreements() []installed {
	all := slices.DeleteFunc(m.app.installedAgreements(), func(one installed) bool { return one.Fault != "" || one.outline == nil })
	usual := m.app.usualAgreement()
	slices.SortStableFunc(all, func(a, b installed) int { return cmp.Compare(m.rank(a, usual), m.rank(b, usual)) })
	return all
}

// rank puts the usual agreement before the others.
func (m *menu) rank(one installed, usual string) int {
	if one.Name == usual || one.Folder == usual && usual != "" {
		return 0
	}
	return 1
}

// law looks up law: for a case, or one entry out of all of them.
func (m *menu) law(ctx context.Context) error {
	printed := "The table of our agreement, as printed"
	return m.below(ctx, screen.Page{
		Title: "Look up the law on sharing", Ask: "What do you want to look up?",
		Lines: []string{"This is information and not legal advice. Nothing is recorded."},
	}, []menuLine{
		{"case", "What may be open to us, in a case", "A few short questions.", m.lawOfCase},
		{"entry", "One Act or section", "All entries in one list that can be searched.", m.lawEntry},
		{"printed", printed, "", m.command(printed, "gateways", "printed")},
	})
}

// ask puts one question about the law, and returns the id of the answer.
func (m *menu) ask(ctx context.Context, words string, options []checklist.Option) (string, error) {
	return m.put(ctx, screen.Page{Title: "Look up the law on sharing", Ask: words, Options: options, Back: "go back", Leave: "leave dsa"})
}

// lawOfCase asks what the answer depends on, a page each; esc leads to the one before.
func (m *menu) lawOfCase(ctx context.Context) error {
	law, err := m.app.Law(0)
	if err != nil {
		return err
	}
	who, _, _, err := m.app.whoDecides()
	if err != nil {
		return err
	}
	own := only(who["sector"])
	var given []string // sector, recipient, whom it is about, and then circumstances
	if own != "" {
		given = append(given, own)
	}
	for {
		var words string
		var options []checklist.Option
		switch len(given) {
		case 0:
			words, options = "What kind of organisation is yours?", optionsOf(legislation.Sectors)
		case 1:
			words, options = "What kind of organisation would it go to?", optionsOf(legislation.Recipients)
		case 2:
			words, options = "Whom is it about?", []checklist.Option{{ID: "children", Words: "Children"}, {ID: "adults", Words: "Adults"}, {ID: "children,adults", Words: "Both"}}
		default:
			words, options = "Is any of these so?", []checklist.Option{{ID: "none", Words: "No: show what may be open"}}
			if len(given) > 3 {
				words, options[0].Words = "Is any other of these so?", "No other: show what may be open"
			}
			for _, c := range law.Circumstances {
				if !slices.Contains(given[3:], c.ID) {
					options = append(options, checklist.Option{ID: c.ID, Words: c.Words})
				}
			}
		}
		id, err := m.ask(ctx, words, options)
		switch {
		case errors.Is(err, screen.ErrBack) && (len(given) == 0 || len(given) == 1 && own != ""):
			return nil
		case errors.Is(err, screen.ErrBack):
			given = given[:len(given)-1]
			continue
		case err != nil:
			return err
		case id != "none":
			given = append(given, id)
			continue
		}
		args := []string{"gateways", "--from", given[0], "--to", given[1], "--about", given[2]}
		if facts := given[3:]; len(facts) > 0 {
			args = append(args, "--facts", strings.Join(facts, ","))
		}
		_, err = m.run(ctx, "What may be open to us, in a case", true, args...)
		return err
	}
}

func (m *menu) lawEntry(ctx context.Context) error {
	law, err := m.app.Law(0)
	if err != nil {
		return err
	}
	var lines []menuLine
	for _, p := range law.Provisions {
		words := p.Brief() + ": " + p.Title
		lines = append(lines, menuLine{p.ID, words, p.Summary, m.command(words, "gateways", "show", p.ID)})
	}
	slices.SortStableFunc(lines, func(a, b menuLine) int { return strings.Compare(a.words, b.words) })
	return m.below(ctx, screen.Page{Title: "Look up the law on sharing", Ask: "Which one?"}, lines)
}

// mostListed is how many records the menu lists; dsa log has them all.
const mostListed = 200

// records lists the person's own records, the newest first, and what can be done with each.
func (m *menu) records(ctx context.Context) error {
	if isMissing(m.app.logFolder("")) {
		return m.noRecords(ctx, "My records")
	}
	lines, err := m.newest()
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return m.noRecords(ctx, "My records")
	}
	page := screen.Page{Title: "My records", Ask: "Which one?", Lines: []string{screen.Count(len(lines), "record", "records") + ", the newest first."}}
	if len(lines) > mostListed {
		page.Lines = []string{fmt.Sprintf("The newest %d of %d records. dsa log lists all of them.", mostListed, len(lines))}
		lines = lines[:mostListed]
	}
	return m.below(ctx, page, lines)
}

// outcomeWords say what was decided, as lists of records say it.
var outcomeWords = map[string]string{"share-all": "shared", "share-part": "shared in part", "none": "not shared", "defer": "put off", "refer": "passed on to somebody else to decide"}

func (m *menu) newest() ([]menuLine, error) {
	books, err := m.app.openEach(nil)
	if err != nil {
		return nil, err
	}
	defer closeAll(books)
	var all []logLine
	r := m.app.registrarOf(books)
	for l := range lines(r, followUps(r)) {
		if l.Kind == string(decision.Decision) && !l.coverOnly && l.Fault == "" {
			all = append(all, l)
		}
	}
	slices.Reverse(all)
	slices.SortStableFunc(all, func(a, b logLine) int { return strings.Compare(b.Time, a.Time) })
	found := make([]menuLine, len(all))
	for i, l := range all {
		day, _, _ := strings.Cut(l.Time, "T")
		words := strings.Join(slices.DeleteFunc([]string{day, l.Recipient, l.Reference}, func(s string) bool { return s == "" }), ", ")
		words += ": " + cmp.Or(outcomeWords[l.Outcome], l.Outcome) + fmt.Sprintf(" (number %d", l.Number)
		if len(l.Marks) > 0 {
			words += ", " + strings.ReplaceAll(listed(l.Marks), "owed", "to be completed")
		}
		words += ")"
		words = screen.Safe(words)
		found[i] = menuLine{l.ID, words, "", func(ctx context.Context) error { return m.record(ctx, l, words) }}
	}
	return found, nil
}

// record is what can be done with one.
func (m *menu) record(ctx context.Context, l logLine, words string) error {
	id := l.ID[:decision.ShownDigits]
	do := []menuLine{
		{"read", "Read it", "", m.command(words, "show", id)},
		{"note", "A case note to paste", "", m.command("A case note to paste", "show", id, "--note")},
		{"notice", "What to send with the information", "", m.command("What to send with the information", "show", id, "--notice")},
		{"reply", "A reply to whoever asked", "", m.command("A reply to whoever asked", "show", id, "--reply")},
		{"complete", "Complete it", "The answers that were left for later in an emergency.", m.command("Complete it", "complete", id)},
		{"amend", "Correct it", "The record stays as it is; the correction stands beside it.", m.command("Correct it", "amend", id)},
		{"review", "Look at the decision again", "", m.command("Look at the decision again", "review", id)},
	}
	if !slices.Contains(l.Marks, "owed") {
		do = slices.DeleteFunc(do, func(l menuLine) bool { return l.id == "complete" })
	}
	return m.below(ctx, screen.Page{Title: "My records", Lines: []string{words + "."}, Ask: "What do you want to do with it?"}, do)
}

// practise leads to a first case in one more choice.
func (m *menu) practise(ctx context.Context) error {
	all, own, err := m.scenarios()
	if err != nil {
		return err
	}
	return m.below(ctx, screen.Page{
		Title: "Practise", Ask: "What do you want to do?",
		Lines: []string{"Every case is invented, and nothing that you do in it counts. Afterwards you see your choices beside a model answer."},
	}, []menuLine{
		{"first", "Begin with a first case", all[0].Title + ".", m.exercise(all, 0, own)},
		{"choose", "Choose a case", screen.Count(len(all), "case", "cases") + ".", func(ctx context.Context) error { return m.chooseExercise(ctx, all, own) }},
		{"watch", "Watch a case being answered", all[0].Title + ".", func(ctx context.Context) error {
			_, err := m.run(ctx, "Watch a case being answered", false, "practise", all[0].ID, "--demo")
			return err
		}},
		{"quiz", "Short questions", "With what is right, and why.", m.command("Short questions", "practise", "--quiz")},
	})
}

// scenarios are all cases, and the agreement of one's own that some of them come from. One that cannot be used is in nobody's way here.
func (m *menu) scenarios() (all []*training.Scenario, own string, err error) {
	usual := m.app.usualAgreement()
	if all, err = m.app.scenarios(usual); err == nil {
		return all, usual, nil
	}
	all, err = m.app.scenarios("")
	return all, defaultAgreement, err
}

func (m *menu) chooseExercise(ctx context.Context, all []*training.Scenario, own string) error {
	s, err := m.app.chooseScenario(ctx, all, practiseOptions{})
	var f *failure
	if errors.As(err, &f) && f.code == codeStopped && ctx.Err() == nil {
		return nil
	}
	if err != nil {
		return err
	}
	return m.exercise(all, slices.Index(all, s), own)(ctx)
}

// exercise runs one case, and then says what could come next.
func (m *menu) exercise(all []*training.Scenario, at int, own string) func(context.Context) error {
	return func(ctx context.Context) error { return m.exercised(ctx, all, at, own, practiseName(all[at])) }
}

func (m *menu) exercised(ctx context.Context, all []*training.Scenario, at int, own, name string) error {
	code, err := m.run(ctx, all[at].Title, false, "practise", name, "--agreement", own)
	if err != nil || code != codeDone {
		return err
	}
	var lines []menuLine
	for _, v := range all[at].Practised() {
		if as, err := all[at].As(v.ID); err == nil && practiseName(as) != name {
			lines = append(lines, menuLine{"variant/" + v.ID, "The same case a little different: " + v.Title, "", func(ctx context.Context) error {
				return m.exercised(ctx, all, at, own, practiseName(as))
			}})
		}
	}
	next := (at + 1) % len(all)
	lines = append(lines,
		menuLine{"next", "Another case: " + all[next].Title, inList(all[next]), m.exercise(all, next, own)},
		menuLine{"quiz", "Short questions", "With what is right, and why.", m.command("Short questions", "practise", "--quiz")},
		menuLine{"decide", "Real work: decide about sharing information", "Nothing of the exercise goes along.", m.decide})
	return m.below(ctx, screen.Page{Title: "Practise", Heading: "What next?", Ask: "What do you want to do now?",
		Lines: []string{"That case is done, and nothing of it counts."}}, lines)
}

// help lists the topics.
func (m *menu) help(ctx context.Context) error {
	var lines []menuLine
	for _, t := range Topics() {
		lines = append(lines, menuLine{t.Name, t.Title, "", m.command(t.Title, "help", t.Name)})
	}
	return m.below(ctx, screen.Page{Title: "Help", Ask: "About what?"}, lines)
}

// computer is about this computer and who uses it.
func (m *menu) computer(ctx context.Context) error {
	lines := []menuLine{
		{"doctor", "Is everything in order here?", "Key, records, folders, clock and tables, each with what to do.", m.command("Is everything in order here?", "doctor")},
		{"setup", "Say who decides here", "Your name, post and organisation.", m.command("Say who decides here", "setup")},
		{"agreement", "The agreement that is used here", "", m.prefer},
		{"verify", "Check my records", "That none has changed since it was signed, and that none is gone.", m.ofRecords("Check my records", "verify")},
	}
	return m.pages(ctx, func() (screen.Page, []menuLine) {
		// How questions are put can change on this very page.
		how := menuLine{"draw", "Draw the pages again", "From the next time that dsa is opened.", m.command("Draw the pages again", "setup", "--drawn")}
		if m.app.Drawn != nil {
			how = menuLine{"plain", "Plain lines from now on, for screen readers", "", m.command("Plain lines from now on", "setup", "--plain-always")}
		}
		return screen.Page{Title: "This computer", Ask: "What do you want to do?", Back: "go back", Leave: "leave dsa"}, m.fitting(append(slices.Clone(lines), how))
	})
}

// prefer asks which agreement is the usual one.
func (m *menu) prefer(ctx context.Context) error {
	m.app.copied = nil
	var lines []menuLine
	for _, one := range m.agreements() {
		lines = append(lines, menuLine{one.Name, one.Title, "", m.command("The agreement that is used here", "setup", "--agreement", one.Name)})
	}
	return m.below(ctx, screen.Page{Title: "This computer", Ask: "Which agreement do you decide under?",
		Lines: []string{"It comes first when you decide, and emergencies are recorded under it. The one used now is the first below."}}, lines)
}
