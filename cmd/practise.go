package cmd

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/cmd/training"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

type practiseOptions struct {
	agreement string
	on        string
	results   string
	list      bool
	json      bool
	demo      bool
	quiz      bool
	handout   bool
	blank     bool
	plain     bool
	fresh     bool
}

// NewPractise is the command that lets a person work through an invented case, as they would through a real one.
func NewPractise(app *App) *cobra.Command {
	var opts practiseOptions
	c := &cobra.Command{
		Use:   "practise [SCENARIO]",
		Short: "Work through an invented case, and see your choices beside a model answer",
		Long: `practise tells an invented story and walks you through the same checklist as a
real decision, as slowly as you like. Afterwards it shows what you chose beside
a model answer, point by point, with why and the source. Nobody is marked, and
what the law leaves open is said to be open.

Nothing of it counts: who decides is the person in the story, the record says
TRAINING for ever, the key that signs it is kept by nobody, and it lies in a
folder of its own. No command makes a decision of it.

SCENARIO is an id such as s16, a variant such as s16/independent, or the FILE of
your own. With none there is a list to choose from. Ctrl-C stops; the same
command goes on from there.`,
		Example: `  dsa practise                        choose from the list
  dsa practise s16                    work through one
  dsa practise s16 --demo             have it played, for a room
  dsa practise s16 --on 2026-03-02    what another day's law changes in it
  dsa practise --quiz                 short questions, with explanations
  dsa practise s16 --handout > s16.html`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			named := ""
			if len(args) == 1 {
				named = args[0]
			}
			return runPractise(cmd, app, named, opts)
		},
	}
	f := c.Flags()
	f.BoolVar(&opts.list, "list", false, "list the scenarios")
	f.BoolVar(&opts.json, "json", false, "list them as JSON")
	f.StringVar(&opts.agreement, "agreement", "", "the scenarios in this agreement's folder (`DIR`) too")
	f.BoolVar(&opts.demo, "demo", false, "play the model answer by itself, for a room")
	f.BoolVar(&opts.quiz, "quiz", false, "put the questions of the scenarios")
	f.BoolVar(&opts.handout, "handout", false, "print the trainer's pack of one as HTML")
	f.StringVar(&opts.on, "on", "", "show what the law of another `DAY` changes in it, as 2026-03-02; with --demo: play it on that day")
	f.BoolVar(&opts.blank, "blank", false, "fill in nothing that the story tells")
	f.StringVar(&opts.results, "results", "", "add what was chosen to this CSV `FILE`: ids and no names")
	f.BoolVar(&opts.plain, "plain", false, "ask in plain lines, for screen readers and pipes")
	f.BoolVar(&opts.fresh, "new", false, "begin anew; what is unfinished is kept")
	return c
}

// misfit says which flags do not go together.
func (o practiseOptions) misfit(named string) string {
	var ways []string
	for _, way := range []struct {
		flag string
		is   bool
	}{{"--list", o.list || o.json}, {"--demo", o.demo}, {"--quiz", o.quiz}, {"--handout", o.handout}} {
		if way.is {
			ways = append(ways, way.flag)
		}
	}
	runs := len(ways) == 0 && o.on == ""
	switch {
	case len(ways) > 1:
		return strings.Join(ways, " and ") + " do not go together; nothing was asked or recorded"
	case o.on != "" && len(ways) > 0 && !o.demo:
		return "--on goes with a scenario, or with --demo; nothing was asked or recorded"
	case o.on != "" && named == "", o.handout && named == "":
		return "name a scenario; dsa practise --list lists them; nothing was asked or recorded"
	case (o.blank || o.fresh) && !runs:
		return "--blank and --new go with a run; nothing was asked or recorded"
	case o.results != "" && !runs && !o.quiz:
		return "--results goes with a run, or with --quiz; nothing was asked or recorded"
	case (o.list || o.json) && named != "":
		return "--list lists all scenarios; name none with it; nothing was asked or recorded"
	}
	return ""
}

func runPractise(cmd *cobra.Command, app *App, named string, opts practiseOptions) error {
	if what := opts.misfit(named); what != "" {
		return usage(cmd, what)
	}
	var on time.Time
	if opts.on != "" {
		var err error
		if on, err = time.Parse(time.DateOnly, opts.on); err != nil {
			return usage(cmd, "--on takes a day, as 2026-03-02; nothing was asked or recorded")
		}
	}
	ctx := cmd.Context()
	if named == "" {
		all, err := app.scenarios(opts.agreement)
		if err != nil {
			return err
		}
		switch {
		case opts.json:
			return listScenariosJSON(app, all)
		case opts.quiz:
			return app.quiz(ctx, all, opts)
		case opts.list || !app.Terminal:
			return listScenarios(app, all)
		}
		s, err := app.chooseScenario(ctx, all, opts)
		if err != nil {
			return err
		}
		return app.practised(ctx, s, on, opts)
	}
	s, err := app.scenario(named, opts.agreement)
	if err != nil {
		return err
	}
	return app.practised(ctx, s, on, opts)
}

// practised does with one scenario what was asked for.
func (app *App) practised(ctx context.Context, s *training.Scenario, on time.Time, opts practiseOptions) error {
	switch {
	case opts.demo:
		return app.demonstrate(ctx, s, on, opts.plain)
	case opts.quiz:
		return app.quiz(ctx, []*training.Scenario{s}, opts)
	case opts.handout:
		return app.handout(s)
	case !on.IsZero():
		return app.otherDay(s, on)
	}
	return app.practise(ctx, s, opts)
}

// practise conducts a learner through a scenario, and shows what they chose beside the model answer.
func (app *App) practise(ctx context.Context, s *training.Scenario, opts practiseOptions) error {
	results, err := openResults(opts.results)
	if err != nil {
		return err
	}
	defer results.close()
	// The model answer comes first: nobody works through a case to find that it cannot be looked at afterwards.
	model, err := app.rehearse(s)
	if err != nil {
		return err
	}
	best, err := model.record()
	if err != nil {
		return err
	}
	room, err := app.room(s)
	if err != nil {
		return err
	}
	if err := room.furnish(); err != nil {
		return err
	}
	t, err := room.exercise(s)
	if err != nil {
		return err
	}
	t.story = storyLines(s)
	t.notice = slices.Concat([]string{"This is an exercise: everybody and everything in it is invented, and nothing that you sign in it counts."}, t.story)
	if !opts.blank {
		if n := t.tell(s, model.comp.walk.Answers()); n > 0 {
			t.notice = append(t.notice, count(n, "answer")+" that the story gives "+areIs(n)+" filled in. You see them on the way or at the end, and can change them.")
		}
	}
	var mine *decision.Record
	t.signed = func(record *decision.Record, _ logbook.Entry) { mine = record }
	if err := room.carryOut(ctx, t, walkOptions{plain: opts.plain, fresh: opts.fresh}); err != nil {
		return err
	}
	debrief := training.Compare(s, mine, best, model.comp.choiceWords)
	lines := debrief.Lines()
	if app.draws(opts.plain) {
		err := app.asker(false).Read(ctx, screen.Text{Title: s.Title, Training: true, Lines: lines, Leave: "finish"})
		if err != nil && !errors.Is(err, screen.ErrStopped) && !errors.Is(err, screen.ErrBack) && !errors.Is(err, screen.ErrInputEnded) {
			return err
		}
	}
	fmt.Fprintf(app.Out, "\n%s\n", screen.TrainingBanner)
	for _, line := range lines {
		rows := []string{screen.Safe(line)}
		if app.draws(opts.plain) && line != "" {
			rows = screen.Wrapped("", rows[0]) // for the eye; a voice takes each thought on one line
		}
		for _, row := range rows {
			fmt.Fprintln(app.Out, row)
		}
	}
	if err := results.add(debrief.Rows()); err != nil {
		return err
	}
	app.whatNext(s, opts)
	return nil
}

func areIs(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// storyLines are what the learner is told: who they are, and what happens.
func storyLines(s *training.Scenario) []string {
	var lines []string
	for _, text := range []string{s.You, s.Story} {
		for paragraph := range strings.Lines(text) {
			if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
				lines = append(lines, paragraph)
			}
		}
	}
	return lines
}

// tell fills in what the story tells, and says how many answers those are.
func (t *task) tell(s *training.Scenario, model checklist.Answers) (filled int) {
	if t.given == nil {
		t.given = checklist.Answers{}
	}
	told := map[string]bool{}
	for path, answer := range model {
		if id, _, _ := strings.Cut(path, "/"); slices.Contains(s.Told, id) {
			t.given[path], told[id] = answer, true
		}
	}
	return len(told)
}

// whatNext says how to go on, in three lines: the same case a little different, another case, and real work.
func (app *App) whatNext(s *training.Scenario, opts practiseOptions) {
	if variants := s.Practised(); len(variants) > 0 {
		as, err := s.As(variants[0].ID)
		if err == nil { // it is there
			app.say("Next: the same case a little different: dsa practise %s", practiseName(as))
		}
	}
	other := ""
	// That the others cannot be read is no fault of this exercise, which is done.
	if all, err := app.scenarios(opts.agreement); err == nil {
		id, _, _ := strings.Cut(s.ID, "/")
		at := slices.IndexFunc(all, func(other *training.Scenario) bool { return other.ID == id })
		other = "another case, dsa practise " + all[(at+1)%len(all)].ID + "; or "
	}
	app.say("Next: %sshort questions, dsa practise --quiz.", other)
	app.say("Next: when you are ready for real work, dsa share --adhoc. Nothing goes along.")
}

// A results file takes what was chosen, a line to each point or question. Nil takes nothing.
type results struct {
	file *os.File
}

// maxResults is the largest file of results that is added to, in bytes.
const maxResults = 64 << 20

// openResults opens the file before the first question, so that nobody's work is lost at the end. A file that holds
// something else is left alone.
func openResults(name string) (*results, error) {
	if name == "" {
		return nil, nil
	}
	cannot := func(err error) error {
		return (&failure{what: "the file for the results cannot be written; nothing was asked or recorded: " + screen.Safe(name),
			next: "check the name given with --results", code: codeCould}).because(err)
	}
	switch content, err := readSmall(name, maxResults); {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, cannot(err)
	case len(content) > 0 && !bytes.HasPrefix(content, []byte(strings.Join(training.Header, ","))):
		return nil, fail("the file for the results holds something else, and was left as it is; nothing was asked or recorded: "+screen.Safe(name),
			"name another file with --results")
	}
	file, err := os.OpenFile(name, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, cannot(err)
	}
	return &results{file}, nil
}

func (r *results) close() {
	if r != nil {
		r.file.Close()
	}
}

// add writes the rows below what is there by now: a room may have one file for all, and hours lie between the first question
// and the last. All of it is written at once, so that nobody's rows end up within another's.
func (r *results) add(rows [][]string) error {
	if r == nil {
		return nil
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	info, err := r.file.Stat()
	if err != nil {
		return notAllWritten(err)
	}
	last := []byte{'\n'}
	if info.Size() == 0 {
		w.Write(training.Header)
	} else if _, err := r.file.ReadAt(last, info.Size()-1); err != nil {
		return notAllWritten(err)
	}
	if last[0] != '\n' {
		b.WriteByte('\n') // some programs leave off the end of the last line
	}
	w.WriteAll(rows)
	if _, err := r.file.Write(b.Bytes()); err != nil {
		return notAllWritten(err)
	}
	return nil
}

func notAllWritten(err error) error {
	return (&failure{what: "the results could not all be written", next: "free some space, or name another file with --results", code: codeCould}).because(err)
}
