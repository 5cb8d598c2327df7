package cmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/cmd/screen"
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
	m := &menu{app: app}
	for {
		page, lines := m.home()
		err := m.choose(cmd.Context(), page, lines)
		switch {
		case errors.Is(err, errLeave), errors.Is(err, screen.ErrStopped), errors.Is(err, screen.ErrInputEnded):
			return cmd.Context().Err()
		case err != nil && !errors.Is(err, screen.ErrBack):
			return err
		}
	}
}

// home is the first page.
func (m *menu) home() (screen.Page, []menuLine) {
	page := screen.Page{
		Title: "dsa: deciding about sharing information to protect someone",
		Lines: []string{"If someone is in danger now, act first: call 999. Record afterwards."},
		Ask:   "What do you want to do?", Leave: "leave dsa",
	}
	if n := m.unfinished(); n > 0 {
		page.Lines = append(page.Lines, screen.Count(n, "record is", "records are")+" begun and not signed: choose the same again to go on.")
	}
	if _, complete, err := m.app.profile(); err == nil && !complete {
		page.Lines = append(page.Lines, "You have not decided anything with dsa on this computer yet. To try it first, choose Practise: nothing counts there.")
	}
	return page, []menuLine{
		{"danger", "Someone is in danger now", "Call 999 first. Then a dozen answers record what was shared; the rest can wait until tomorrow.", m.command("share", "--emergency")},
		{"decide", "Decide about sharing information", "The checklist of your agreement, the law open to you, and a signed record of what you decide.", m.decide},
		{"law", "Look up the law on sharing", "What may be open to your organisation, or one Act. Nothing is recorded.", m.law},
		{"records", "My records", "Read one, take a note or a reply from it, complete it, correct it.", m.records},
		{"due", "What is owed", "What your decisions leave to be done, and by when.", m.command("due")},
		{"practise", "Practise with an invented case", "The same checklist; nothing that you do there counts.", m.practise},
		{"help", "Help", "Short pages in plain words.", m.help},
		{"computer", "This computer", "Is everything in order here; who decides on it.", m.computer},
		{"leave", "Leave dsa", "", func(context.Context) error { return errLeave }},
	}
}

// unfinished counts what was begun at this computer and not signed.
func (m *menu) unfinished() int {
	drafts, _, err := m.app.drafts(&task{kind: decision.Decision, agreement: &checklist.Agreement{}, list: &checklist.List{}})
	if err != nil {
		return 0 // whoever chooses to decide is told
	}
	return len(drafts)
}

// choose puts a page and does what was chosen.
func (m *menu) choose(ctx context.Context, page screen.Page, lines []menuLine) error {
	for _, l := range lines {
		page.Options = append(page.Options, checklist.Option{ID: l.id, Words: l.words, Help: l.help})
	}
	id, err := m.app.asker(false).Choose(ctx, page)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.id == id {
			return l.do(ctx)
		}
	}
	return nil
}

// below puts a page that esc leaves for the one before, again and again until the person goes back.
func (m *menu) below(ctx context.Context, page screen.Page, lines []menuLine) error {
	page.Back, page.Leave = "go back to the menu", "leave dsa"
	for {
		if err := m.choose(ctx, page, lines); errors.Is(err, screen.ErrBack) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (m *menu) command(args ...string) func(context.Context) error {
	return func(ctx context.Context) error { return m.run(ctx, args...) }
}

// run runs a command as it would be typed, and shows what came of it until the person goes on. On drawn pages what it
// prints is read as a page; what it says while it works stands on the terminal at once as well.
func (m *menu) run(ctx context.Context, args ...string) error {
	app := m.app
	var said bytes.Buffer
	if app.Drawn != nil {
		out, errs := app.Out, app.Err
		defer func() { app.Out, app.Err = out, errs }()
		app.Out, app.Err = &said, io.MultiWriter(errs, &said)
	}
	defer app.forget(app.Data, app.packTitle)
	root := NewRoot(app)
	root.SetArgs(args)
	code := codeDone
	if err := root.ExecuteContext(ctx); err != nil {
		code = app.report(err)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	text := screen.Text{Title: "dsa " + strings.Join(args, " "), Leave: "go back to the menu"}
	if code != codeDone && code != codeStopped {
		text.Title = "This could not be done"
	}
	for line := range strings.Lines(said.String()) {
		text.Lines = append(text.Lines, strings.TrimRight(line, "\n"))
	}
	if app.Drawn != nil && len(text.Lines) == 0 {
		return nil
	}
	err := app.asker(false).Read(ctx, text)
	if errors.Is(err, screen.ErrBack) {
		return nil
	}
	return err
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
	var lines []menuLine
	all := m.app.installedAgreements()
	usual := m.app.usualAgreement()
	slices.SortStableFunc(all, func(a, b installed) int {
		return cmp.Compare(m.rank(a, usual), m.rank(b, usual))
	})
	for _, one := range all {
		if one.Fault != "" {
			continue
		}
		for _, o := range []struct{ occasion, words string }{{checklist.AdHoc, "One request or concern"}, {checklist.Routine, "The same information again and again"}} {
			if one.outline != nil && one.outline.Checklists[o.occasion] != "" {
				lines = append(lines, menuLine{o.occasion + "/" + one.Name, o.words + ": " + cmp.Or(one.Area, one.Title), one.Title + ".",
					m.command("share", "--"+o.occasion, "--agreement", one.Name)})
			}
		}
	}
	return m.below(ctx, screen.Page{
		Title: "Decide about sharing information", Ask: "What is it, and under which agreement?",
		Lines: []string{"Every answer is saved at once, and nothing is signed before you have seen all of it and say yes."},
	}, lines)
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
	return m.below(ctx, screen.Page{
		Title: "Look up the law on sharing", Ask: "What do you want to look up?",
		Lines: []string{"This is information and not legal advice. Nothing is recorded."},
	}, []menuLine{
		{"case", "What may be open to us, in a case", "Four short questions.", m.lawOfCase},
		{"entry", "One Act or section", "All entries in one list that can be searched.", m.lawEntry},
		{"printed", "The table of our agreement, as printed", "", m.command("gateways", "printed", "--agreement", m.app.usualAgreement())},
	})
}

// ask puts one question with the choices of the law, and returns the id of the answer.
func (m *menu) ask(ctx context.Context, words string, options []checklist.Option) (string, error) {
	return m.app.asker(false).Choose(ctx, screen.Page{Title: "Look up the law on sharing", Ask: words, Options: options,
		Back: "go back to the menu", Leave: "leave dsa"})
}

func (m *menu) lawOfCase(ctx context.Context) error {
	law, err := m.app.Law(0)
	if err != nil {
		return err
	}
	who, _, _, err := m.app.whoDecides()
	if err != nil {
		return err
	}
	holder := only(who["sector"])
	if holder == "" {
		if holder, err = m.ask(ctx, "What kind of organisation is yours?", optionsOf(legislation.Sectors)); err != nil {
			return err
		}
	}
	recipient, err := m.ask(ctx, "What kind of organisation would it go to?", optionsOf(legislation.Recipients))
	if err != nil {
		return err
	}
	about, err := m.ask(ctx, "Whom is it about?", []checklist.Option{{ID: "children", Words: "Children"}, {ID: "adults", Words: "Adults"}, {ID: "children,adults", Words: "Both"}})
	if err != nil {
		return err
	}
	var facts []string
	for {
		options := []checklist.Option{{ID: "none", Words: "No: show what may be open"}}
		for _, c := range law.Circumstances {
			if !slices.Contains(facts, c.ID) {
				options = append(options, checklist.Option{ID: c.ID, Words: c.Words})
			}
		}
		words := "Is any of these so?"
		if len(facts) > 0 {
			words = "Is any other of these so?"
		}
		fact, err := m.ask(ctx, words, options)
		if err != nil {
			return err
		}
		if fact == "none" {
			break
		}
		facts = append(facts, fact)
	}
	args := []string{"gateways", "--from", holder, "--to", recipient, "--about", about}
	if len(facts) > 0 {
		args = append(args, "--facts", strings.Join(facts, ","))
	}
	return m.run(ctx, args...)
}

func (m *menu) lawEntry(ctx context.Context) error {
	law, err := m.app.Law(0)
	if err != nil {
		return err
	}
	var options []checklist.Option
	for _, p := range law.Provisions {
		options = append(options, checklist.Option{ID: p.ID, Words: p.Brief() + ": " + p.Title, Help: p.Summary})
	}
	slices.SortStableFunc(options, func(a, b checklist.Option) int { return strings.Compare(a.Words, b.Words) })
	for {
		id, err := m.ask(ctx, "Which one?", options)
		if errors.Is(err, screen.ErrBack) {
			return nil
		}
		if err == nil {
			err = m.run(ctx, "gateways", "show", id)
		}
		if err != nil {
			return err
		}
	}
}

// mostListed is how many records the menu lists; dsa log has them all.
const mostListed = 200

// records lists the person's own records, the newest first, and what can be done with each.
func (m *menu) records(ctx context.Context) error {
	lines, err := m.newest()
	if err != nil {
		m.app.report(err)
	}
	if len(lines) == 0 {
		return m.run(ctx, "log")
	}
	return m.below(ctx, screen.Page{Title: "My records", Ask: "Which one?",
		Lines: []string{screen.Count(len(lines), "record", "records") + ", the newest first."}}, lines)
}

func (m *menu) newest() ([]menuLine, error) {
	books, err := m.app.openEach(nil)
	if err != nil {
		return nil, err
	}
	defer closeAll(books)
	var all []menuLine
	for l := range lines(m.app.registrarOf(books), nil) {
		if l.Kind != string(decision.Decision) || l.coverOnly || l.Fault != "" {
			continue
		}
		day, _, _ := strings.Cut(l.Time, "T")
		id := l.ID[:decision.ShownDigits]
		words := fmt.Sprintf("%s, number %d: %s", day, l.Number, outcomeInWords(l.Outcome))
		for _, more := range []string{l.Recipient, l.Reference} {
			if more != "" {
				words += ", " + more
			}
		}
		all = append(all, menuLine{id, screen.Safe(words), "", func(ctx context.Context) error { return m.record(ctx, id, words) }})
	}
	slices.Reverse(all)
	return all[:min(len(all), mostListed)], nil
}

func outcomeInWords(outcome string) string { return strings.ReplaceAll(outcome, "-", " ") }

// record is what can be done with one.
func (m *menu) record(ctx context.Context, id, words string) error {
	return m.below(ctx, screen.Page{Title: "My records", Where: screen.Safe(words), Ask: "What do you want to do with it?"}, []menuLine{
		{"read", "Read it", "", m.command("show", id)},
		{"note", "A case note to paste", "", m.command("show", id, "--note")},
		{"notice", "What to send with the information", "", m.command("show", id, "--notice")},
		{"reply", "A reply to whoever asked", "", m.command("show", id, "--reply")},
		{"complete", "Complete it", "Of an emergency: the answers that were left for later.", m.command("complete", id)},
		{"amend", "Correct it", "The record stays as it is; the correction stands beside it.", m.command("amend", id)},
		{"review", "Look at the decision again", "", m.command("review", id)},
	})
}

// practise leads to a first case in one more choice.
func (m *menu) practise(ctx context.Context) error {
	all, err := m.app.scenarios("")
	if err != nil {
		return err
	}
	first := all[0].ID
	return m.below(ctx, screen.Page{
		Title: "Practise", Ask: "What do you want to do?",
		Lines: []string{"Every case is invented, and nothing that you do in it counts. Afterwards you see your choices beside a model answer."},
	}, []menuLine{
		{"first", "Begin with a first case", all[0].Title + ".", m.command("practise", first)},
		{"choose", "Choose a case", screen.Count(len(all), "case", "cases") + ".", m.command("practise")},
		{"watch", "Watch a case being answered", all[0].Title + ".", m.command("practise", first, "--demo")},
		{"quiz", "Short questions", "", m.command("practise", "--quiz")},
	})
}

// help lists the topics.
func (m *menu) help(ctx context.Context) error {
	var lines []menuLine
	for _, t := range Topics() {
		lines = append(lines, menuLine{t.Name, t.Title, "", m.command("help", t.Name)})
	}
	return m.below(ctx, screen.Page{Title: "Help", Ask: "About what?"}, lines)
}

// computer is about this computer and who uses it.
func (m *menu) computer(ctx context.Context) error {
	return m.below(ctx, screen.Page{Title: "This computer", Ask: "What do you want to do?"}, []menuLine{
		{"doctor", "Is everything in order here?", "Key, records, folders, clock and tables, each with what to do.", m.command("doctor")},
		{"setup", "Say who decides here", "Your name, post and organisation.", m.command("setup")},
		{"verify", "Check my records", "That none has changed since it was signed, and that none is gone.", m.command("verify")},
	})
}
