package cmd

import (
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/cmd/training"
	"dsa/data/yamlfile"
	"dsa/decision"
	"dsa/legislation"

	"github.com/spf13/cobra"
)

// NewAgreement is the command about data sharing agreements: those that are built in, and those that a partnership adds.
func NewAgreement(app *App) *cobra.Command {
	c := &cobra.Command{
		Use:   "agreement",
		Short: "List agreements, and make, check and compare your own",
		Long: `A partnership adds its own agreement with data alone: a folder with its
checklists, its table of legislation and, if needed, entries of its own.`,
		Example: `  dsa agreement new fenmarsh-2026
  dsa agreement check fenmarsh-2026
  dsa share --adhoc --agreement ./fenmarsh-2026`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newAgreementList(app), newAgreementNew(app), newAgreementCheck(app), newAgreementDiff(app))
	return c
}

func newAgreementList(app *App) *cobra.Command {
	var folders []string
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List agreements, and what of them is due for review",
		Long: `list shows the agreements that are built in, those that were copied into the
folder agreements in your home folder or beside the program, and those in the
folders named. It
warns where an agreement's own review date has passed, and where the entries
that its table points to have not been reviewed by a named person for a year.`,
		Example: "  dsa agreement list\n  dsa agreement list --agreement ./fenmarsh-2026 --json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return runAgreementList(app, folders, asJSON) },
	}
	c.Flags().StringArrayVar(&folders, "agreement", nil, "list the one in this `DIR` as well; may be repeated")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object to an agreement, for programs")
	return c
}

func newAgreementNew(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "new DIR",
		Short: "Write an agreement to begin with, with comments",
		Long: `new makes a folder with an example of every file an agreement has. It passes
dsa agreement check as it is; make it yours from there.`,
		Example: "  dsa agreement new fenmarsh-2026",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runAgreementNew(app, args[0]) },
	}
}

func newAgreementCheck(app *App) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "check PATH",
		Short: "Check an agreement's folder or one scenario: every fault at once",
		Long: `check reads all of an agreement's folder, with the scenarios in it, or a single
scenario file, and says with file and line what is wrong. The model answers of
a scenario are walked through, and what it expects is compared with what comes
of them. It ends with exit code 4 if anything is wrong.`,
		Example: "  dsa agreement check fenmarsh-2026\n  dsa agreement check fenmarsh-2026/scenarios/e01-school-refers-neglect.yaml",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runAgreementCheck(app, args[0], asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object to a fault, for programs")
	return c
}

// An edition is one agreement with the law as it stands with it.
type edition struct {
	*checklist.Agreement
	folder string // where it was read from; empty for what is built in
	law    *legislation.Law
}

// edition loads an agreement by id or folder. Each folder is laid over the built-in data by itself.
func (app *App) edition(named string) (*edition, error) {
	e := &edition{}
	var err error
	if slices.Contains(checklist.Agreements(app.Data), named) {
		if e.Agreement, err = checklist.Load(app.Data, named); err == nil {
			e.law, err = app.Law(legislation.AllParts)
		}
		return e, err
	}
	if dir := app.copiedTo(named); dir != "" {
		named = dir
	} else if !isFolder(named) {
		if _, err := os.Stat(named); err != nil {
			known := app.agreementNames()
			return nil, &failure{what: "there is no such agreement here", next: perhaps(named, known, "name a folder, or one of: "+listed(known)), code: codeUsage}
		}
	}
	p, err := readPack(named)
	if err != nil {
		return nil, err
	}
	e.folder = named
	e.Agreement, e.law, _, err = p.load(app.Data)
	return e, err
}

// editionOf is edition, of an agreement of which it may be known already that it cannot be used.
func (app *App) editionOf(one installed, named string) (*edition, error) {
	if one.Fault != "" {
		return nil, &failure{what: one.Fault, code: codeFound}
	}
	e, err := app.edition(named)
	return e, unsound(err)
}

// entries are what the agreement's table points to and what its pack states, in the order of the tables.
func (e *edition) entries() []*legislation.Provision {
	printed := map[string]bool{}
	for _, row := range e.law.Printed[e.ID].Rows {
		for _, id := range row.Entries {
			printed[id] = true
		}
	}
	var entries []*legislation.Provision
	for _, p := range e.law.Provisions {
		if printed[p.ID] || p.Pack == e.ID {
			entries = append(entries, p)
		}
	}
	return entries
}

// An agreementLine is one agreement in the list.
type agreementLine struct {
	ID         string          `json:"id"`
	Title      string          `json:"title"`
	Version    string          `json:"version"`
	InForce    string          `json:"in_force"`
	ReviewDue  string          `json:"review_due"`
	Overdue    bool            `json:"overdue"`
	Folder     string          `json:"folder,omitempty"` // empty: built in
	Digest     string          `json:"digest"`
	Checklists []checklistLine `json:"checklists"`
	Rows       int             `json:"rows"`
	Entries    int             `json:"entries"`    // that its table points to or its pack states
	Added      int             `json:"added"`      // by its pack
	Restated   int             `json:"restated"`   // by its pack
	Unreviewed int             `json:"unreviewed"` // entries that no named person has reviewed
	Stale      int             `json:"stale"`      // entries whose review is older than a year
}

type checklistLine struct {
	ID        string `json:"id"`
	Questions int    `json:"questions"`
	Numbered  int    `json:"numbered"` // the agreement's own
}

func (e *edition) line(today time.Time) agreementLine {
	l := agreementLine{ID: e.ID, Title: e.Title, Version: e.Version, InForce: e.InForce, ReviewDue: e.ReviewDue, Digest: e.Digest,
		Overdue: e.Overdue(today), Folder: e.folder, Checklists: []checklistLine{}, Rows: len(e.law.Printed[e.ID].Rows)}
	for _, list := range e.Lists {
		if list.Numbered() == 0 {
			continue // ours, for an emergency, and the same everywhere
		}
		l.Checklists = append(l.Checklists, checklistLine{list.ID, len(list.Questions), list.Numbered()})
	}
	slices.SortFunc(l.Checklists, func(a, b checklistLine) int { return strings.Compare(a.ID, b.ID) })
	for _, p := range e.entries() {
		l.Entries++
		switch on, reviewed := p.Reviewed(); {
		case !reviewed:
			l.Unreviewed++
		case on.AddDate(1, 0, 0).Before(today):
			l.Stale++
		}
		switch {
		case p.Pack == e.ID && p.Restates != nil:
			l.Restated++
		case p.Pack == e.ID:
			l.Added++
		}
	}
	return l
}

// lines are the agreement for people.
func (l agreementLine) lines() []string {
	lines := screen.Wrapped("", l.ID)
	lines = append(lines, screen.Wrapped("  ", l.Title)...)
	lines = append(lines, screen.Wrapped("  ", fmt.Sprintf("Version %s, in force %s, review due %s.", l.Version, l.InForce, l.ReviewDue))...)
	var lists []string
	for _, c := range l.Checklists {
		lists = append(lists, fmt.Sprintf("%s (%s, %d of its own)", c.ID, count(c.Questions, "question"), c.Numbered))
	}
	if len(lists) == 0 {
		lists = []string{"none here"}
	}
	from := "Built in."
	if l.Folder != "" {
		from = fmt.Sprintf("From %s: %s added, %d re-stated.", l.Folder, entriesWord(l.Added), l.Restated)
	}
	lines = append(lines, screen.Wrapped("  ", fmt.Sprintf("Checklists: %s. Table: %s. %s", listed(lists), count(l.Rows, "printed row"), from))...)
	return append(lines, l.warnings("  ")...)
}

func entriesWord(n int) string { return screen.Count(n, "entry", "entries") }

func (l agreementLine) warnings(indent string) []string {
	var lines []string
	if l.Overdue {
		lines = append(lines, screen.Wrapped(indent, "WARNING: the agreement's own review date, "+l.ReviewDue+", has passed.")...)
	}
	if l.Unreviewed+l.Stale > 0 {
		lines = append(lines, screen.Wrapped(indent, fmt.Sprintf("WARNING: of the %s its table points to, %d have no named reviewer and %d were reviewed more than a year ago.",
			entriesWord(l.Entries), l.Unreviewed, l.Stale))...)
	}
	return lines
}

func runAgreementList(app *App, folders []string, asJSON bool) error {
	encoder := json.NewEncoder(app.Out)
	builtIn, here := checklist.Agreements(app.Data), app.copiedAgreements()
	names := slices.Clone(builtIn)
	for _, one := range here {
		names = append(names, one.Folder)
	}
	faulty := 0
	for i, named := range append(names, folders...) {
		var one installed // zero, where it was not copied here
		if at := i - len(builtIn); 0 <= at && at < len(here) {
			one = here[at]
		}
		e, err := app.editionOf(one, named)
		if err != nil && one.Folder != "" {
			// What somebody has copied here and is not sound keeps nobody from the others.
			faulty++
			for i, line := range strings.Split(explain(err).what, "\n") { // what it is, and a line to each fault
				if i == 0 {
					line = named + " cannot be used: " + line
				}
				app.say("%s", screen.Safe(line))
			}
			continue
		}
		if err != nil {
			return err
		}
		line := e.line(app.Now())
		if asJSON {
			if err := encoder.Encode(line); err != nil {
				return err
			}
			continue
		}
		for _, words := range line.lines() {
			fmt.Fprintln(app.Out, words)
		}
		if one.Name != one.ID {
			app.print(screen.Wrapped("  ", "WARNING: an agreement before it has the same id, so that this one is named by its folder."))
		}
	}
	if faulty > 0 {
		return &failure{what: count(faulty, "folder") + " among your agreements cannot be used", next: "see what is wrong with dsa agreement check DIR, and mend the folder or take it away", code: codeFound}
	}
	return nil
}

// unsound words the faults of an agreement's folder.
func unsound(err error) error {
	var faults yamlfile.Faults
	if errors.As(err, &faults) {
		return &failure{what: "the agreement is not sound:\n" + indent(faults.Error()), next: "mend these lines; dsa agreement check DIR shows when all is well", code: codeFound}
	}
	return err
}

func runAgreementCheck(app *App, named string, asJSON bool) error {
	if info, err := os.Stat(named); err == nil && !info.IsDir() || err != nil && filepath.Ext(named) == ".yaml" {
		return checkScenario(app, named, asJSON)
	}
	p, err := readPack(named)
	if err != nil {
		return err
	}
	e := &edition{folder: named}
	var merged fs.FS
	e.Agreement, e.law, merged, err = p.load(app.Data)
	var faults yamlfile.Faults
	if err != nil && !errors.As(err, &faults) {
		return err
	}
	cases, caseFaults := p.scenarios(app.Data)
	faults = append(faults, caseFaults...)
	if faults == nil {
		app.take(e.Agreement, e.law, merged)
		for _, s := range cases {
			faults = append(faults, app.judgeScenario(s)...)
		}
	}
	if faults != nil {
		return app.faulty("the agreement", faults, asJSON)
	}
	if asJSON {
		return nil
	}
	line := e.line(app.Now())
	own, all := 0, 0
	for _, c := range line.Checklists {
		own, all = own+c.Numbered, all+c.Questions
	}
	fmt.Fprintf(app.Out, "Sound: %s, version %s, digest %s\n", line.ID, screen.Safe(line.Version), line.Digest[:decision.ShownDigits])
	fmt.Fprintf(app.Out, "%s with %s (%d of its own), %s, %s added, %d re-stated.\n", count(len(line.Checklists), "checklist"),
		count(all, "question"), own, count(line.Rows, "printed row"), entriesWord(line.Added), line.Restated)
	if len(cases) > 0 {
		fmt.Fprintf(app.Out, "%s to practise with; what is expected of %s holds.\n", count(len(cases), "scenario"), itOrThem(len(cases)))
	}
	for _, words := range line.warnings("") {
		fmt.Fprintln(app.Out, words)
	}
	app.say("Next: use it with dsa share --adhoc --agreement %s", typed(asFolder(named)))
	return nil
}

func itOrThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// faulty prints what is wrong, a line to a fault, and is the failure that says how much.
func (app *App) faulty(what string, faults yamlfile.Faults, asJSON bool) error {
	encoder := json.NewEncoder(app.Out)
	for _, f := range faults {
		if asJSON {
			encoder.Encode(map[string]any{"file": f.File, "line": f.Line, "what": f.What})
		} else {
			fmt.Fprintln(app.Out, screen.Safe(f.String()))
		}
	}
	return &failure{what: what + " has " + count(len(faults), "fault"), next: "mend these lines and run the same command again", code: codeFound}
}

// checkScenario checks one file. Where it lies in the folder scenarios of an agreement of one's own, it belongs to that.
func checkScenario(app *App, named string, asJSON bool) error {
	content, err := readSmall(named, training.MaxSize)
	if err != nil {
		return (&failure{what: "the scenario cannot be read: " + screen.Safe(named),
			next: fmt.Sprintf("name a file of at most %d bytes, or the folder of an agreement", training.MaxSize), code: codeCould}).because(err)
	}
	own := ""
	if full, err := filepath.Abs(named); err == nil {
		if dir := packAround(full); dir != "" {
			agreement, err := app.usePack(dir)
			if err != nil {
				return err
			}
			own = agreement.ID
		}
	}
	s, err := training.Parse(screen.Safe(named), content)
	var faults yamlfile.Faults
	if err != nil && !errors.As(err, &faults) {
		return err
	}
	if faults == nil {
		s.Agreement = cmp.Or(s.Agreement, own)
		faults = app.judgeScenario(s)
	}
	if faults != nil {
		return app.faulty("the scenario", faults, asJSON)
	}
	if asJSON {
		return nil
	}
	fmt.Fprintf(app.Out, "Sound: %s, %s\n", s.ID, s.Title)
	fmt.Fprintf(app.Out, "%s, %s, %s; what is expected of it holds.\n", count(len(s.Variants), "variant"), count(len(s.Points), "point"),
		count(len(s.Quiz), "question"))
	app.say("Next: practise it with dsa practise %s", typed(asFolder(named)))
	return nil
}

// asFolder writes a folder so that it cannot be taken for an id.
func asFolder(dir string) string {
	if strings.ContainsAny(dir, `/`+string(filepath.Separator)) {
		return dir
	}
	return "." + string(filepath.Separator) + dir
}

//go:embed starter
var starter embed.FS

// starterID stands in the starting files wherever the id of the agreement belongs.
const starterID = "your-agreement-2026"

func runAgreementNew(app *App, dir string) error {
	if there, err := os.ReadDir(dir); err == nil && len(there) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fail("there is something at that name already; nothing was written", "name a folder that does not exist yet, or an empty one")
	}
	id := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(filepath.Base(filepath.Clean(dir))), "-")
	id = strings.Trim(id, "-")
	if id == "" || len(id) > maxPackID || slices.Contains(checklist.Agreements(app.Data), id) {
		id = starterID
	}
	err := fs.WalkDir(starter, "starter", func(name string, entry fs.DirEntry, err error) error {
		target := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(strings.TrimPrefix(name, "starter"), "/")))
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		content, err := starter.ReadFile(name)
		if err != nil {
			return err
		}
		return writeNew(target, strings.ReplaceAll(string(content), starterID, id))
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(app.Out, "Written: %s, an agreement to begin with, id %s\n", screen.Safe(dir), id)
	app.say("Next: change its files, and check them with dsa agreement check %s", typed(dir))
	return nil
}

func writeNew(path, content string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
