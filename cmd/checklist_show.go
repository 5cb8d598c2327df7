package cmd

import (
	"fmt"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/cmd/paper"
	"dsa/cmd/screen"
	"dsa/legislation"

	"github.com/spf13/cobra"
)

// ownLists are the checklists that belong to no agreement. The emergency list stands with every agreement that has none
// of its own.
var ownLists = []string{checklist.Emergency, "amend", "review", "endorse"}

func newChecklistList(app *App) *cobra.Command {
	var agreement string
	c := &cobra.Command{
		Use:   "list",
		Short: "List the checklists, with the agreement each belongs to",
		Long: `list shows the checklists of the agreements that are built in, or of the one named,
and those of the program's own: for an emergency, for amending a record, and for
reviewing a decision.`,
		Example: "  dsa checklist list\n  dsa checklist list --agreement ./fenmarsh-2026",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return runChecklistList(app, agreement) },
	}
	c.Flags().StringVar(&agreement, "agreement", "", "only this agreement: its `ID or DIR`, the folder of your own")
	return c
}

func newChecklistShow(app *App) *cobra.Command {
	var agreement string
	var asHTML bool
	c := &cobra.Command{
		Use:   "show CHECKLIST",
		Short: "Print a checklist question by question, or as a paper form",
		Long: `show prints every question of a checklist in its order, with its guidance and
source, and every answer that it gathers with its choices and when it is asked.
Where only one agreement has a checklist of that name, the agreement need not be
named. --html writes a form to print on A4 and fill in by hand.`,
		Example: "  dsa checklist show adhoc\n  dsa checklist show appendix-d --html > form.html\n  dsa checklist show emergency",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return runChecklistShow(app, agreement, args[0], asHTML)
		},
	}
	c.Flags().StringVar(&agreement, "agreement", "", "the agreement whose checklist is printed: its `ID or DIR`, the folder of your own")
	c.Flags().BoolVar(&asHTML, "html", false, "as a web page that prints as a paper form")
	return c
}

// agreements are the agreement named, or all that are built in.
func (app *App) agreements(named string) ([]*checklist.Agreement, error) {
	if named != "" {
		a, err := app.agreement(named)
		return []*checklist.Agreement{a}, err
	}
	var all []*checklist.Agreement
	for _, id := range checklist.Agreements(app.Data) {
		a, err := checklist.Load(app.Data, id)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// listsOf are the ids of an agreement's own checklists, each once, in the order of the occasions that they serve.
func listsOf(a *checklist.Agreement) []string {
	var ids []string
	for _, occasion := range checklist.Occasions {
		id := a.Checklists[occasion]
		if id != "" && id != checklist.Emergency && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func runChecklistList(app *App, named string) error {
	agreements, err := app.agreements(named)
	if err != nil {
		return err
	}
	if named == "" {
		for _, one := range app.copiedAgreements() {
			if e, err := app.editionOf(one, one.Folder); err == nil { // of one that is not, dsa agreement list says why
				agreements = append(agreements, e.Agreement)
			}
		}
	}
	for _, a := range agreements {
		app.print(screen.Wrapped("", fmt.Sprintf("%s (%s)", a.Title, a.ID)))
		for _, id := range listsOf(a) {
			list := a.Lists[id]
			var used []string
			for _, occasion := range served(a, list) {
				used = append(used, "dsa share --"+occasion)
			}
			app.print(screen.Wrapped("  ", fmt.Sprintf("%s: %s, %s. Used by: %s", id, list.Title,
				count(list.Numbered(), "question")+" of the agreement", strings.Join(used, ", "))))
		}
	}
	fmt.Fprintln(app.Out, "Of the program's own, the same for every agreement")
	for _, id := range ownLists {
		list, err := checklist.LoadOwn(app.Data, id)
		if err != nil {
			return err
		}
		app.print(screen.Wrapped("  ", fmt.Sprintf("%s: %s, %s", id, list.Title, count(len(list.Questions), "question"))))
	}
	app.say("Next: print one with dsa checklist show ID, or as a paper form with --html.")
	return nil
}

func runChecklistShow(app *App, named, id string, asHTML bool) error {
	agreement, list, err := app.findList(named, id)
	if err != nil {
		return err
	}
	options, err := app.printedOptions(agreement)
	if err != nil {
		return err
	}
	whose := ""
	if agreement != nil {
		whose = fmt.Sprintf("%s, version %s", agreement.Title, agreement.Version)
	}
	form := paper.NewForm(whose, list, served(agreement, list), options)
	if asHTML {
		return form.HTML(app.Out)
	}
	app.print(form.Text())
	return nil
}

// findList finds a checklist by its id: in the agreement named, or in the only one that has it. A list of the program's
// own belongs to no agreement.
func (app *App) findList(named, id string) (*checklist.Agreement, *checklist.List, error) {
	if named == "" && app.preferences().Agreement != "" && !slices.Contains(ownLists, id) {
		a, _, err := app.agreementFor("")
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(listsOf(a), id) {
			return a, a.Lists[id], nil
		}
	}
	agreements, err := app.agreements(named)
	if err != nil {
		return nil, nil, err
	}
	var found []*checklist.Agreement
	var known []string
	for _, a := range agreements {
		for _, own := range listsOf(a) {
			if own == id {
				found = append(found, a)
			}
			if !slices.Contains(known, own) {
				known = append(known, own)
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0], found[0].Lists[id], nil
	case len(found) > 1:
		var ids []string
		for _, a := range found {
			ids = append(ids, a.ID)
		}
		return nil, nil, &failure{what: "several agreements have a checklist of that name",
			next: "say which with --agreement: " + listed(ids), code: codeUsage}
	case slices.Contains(ownLists, id):
		list, err := checklist.LoadOwn(app.Data, id)
		return nil, list, err
	}
	known = append(known, ownLists...)
	return nil, nil, &failure{what: "there is no such checklist here", next: perhaps(id, known, "choose one of: "+listed(known)), code: codeUsage}
}

// printedOptions are the choices of every source as they can be printed where there is no case. What the law opens in a
// case is not among them: a hundred provisions say less than looking them up.
func (app *App) printedOptions(a *checklist.Agreement) (map[string][]checklist.Option, error) {
	law, err := app.Law(walkParts)
	if err != nil {
		return nil, err
	}
	src := &sources{app: app, on: app.Now()}
	both := checklist.Answers{"about": {Chosen: []string{"both"}}}
	options := map[string][]checklist.Option{
		"sectors": sectorSource(nil).Options, "recipients": recipientSource(nil).Options,
		"topics": optionsOf(topicNames(law)), "circumstances": src.circumstances(both).Options,
		"parties": {},
	}
	for _, b := range law.Bases.Entries {
		from := "article-6"
		if isCondition(b) {
			from = "conditions"
		}
		options[from] = append(options[from], checklist.Option{ID: b.ID, Words: basisWords(b)})
	}
	if a != nil {
		for _, p := range a.Parties {
			if !p.Kind {
				options["parties"] = append(options["parties"], checklist.Option{ID: p.ID(), Words: p.Organisation})
			}
		}
	}
	return options, src.err
}

// topicNames are what the law protects especially, with its words.
func topicNames(law *legislation.Law) []legislation.Named {
	var names []legislation.Named
	for _, t := range law.Topics {
		names = append(names, legislation.Named{ID: t.ID, Words: t.Words})
	}
	return names
}

// print writes lines that are safe to show.
func (app *App) print(lines []string) {
	for _, line := range lines {
		fmt.Fprintln(app.Out, line)
	}
}
