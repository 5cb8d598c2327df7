package cmd

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"dsa/checklist"

	"github.com/spf13/cobra"
)

// NewChecklist is the command about checklists as such.
func NewChecklist(app *App) *cobra.Command {
	c := &cobra.Command{
		Use:   "checklist",
		Short: "Print a checklist as an answers file to fill in",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var agreement string
	template := &cobra.Command{
		Use:   "template CHECKLIST",
		Short: "Print an answers file to fill in, with the questions as comments",
		Long: `template prints a YAML file with every question of the checklist as a comment.
Fill it in and give it to: dsa share --adhoc --answers FILE
Answers that do not apply are left empty.`,
		Example: "  dsa checklist template adhoc > case.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := app.agreement(agreement)
			if err != nil {
				return err
			}
			list := a.Lists[args[0]]
			if list == nil {
				var ids []string
				for id := range a.Lists {
					ids = append(ids, id)
				}
				slices.Sort(ids)
				return &failure{what: "this agreement has no such checklist", next: "choose one of: " + listed(ids), code: codeUsage}
			}
			return app.template(a, list)
		},
	}
	template.Flags().StringVar(&agreement, "agreement", defaultAgreement, "the agreement whose checklist is printed: its id, or the `DIR` of your own")
	c.AddCommand(template)
	return c
}

// template prints every ask of a checklist, whether or not it will apply.
func (app *App) template(a *checklist.Agreement, list *checklist.List) error {
	law, err := app.Law(walkParts)
	if err != nil {
		return err
	}
	src := &sources{app: app, on: app.Now()}
	ids := map[string][]checklist.Option{
		"sectors": sectorSource(nil).Options, "recipients": recipientSource(nil).Options,
		"topics":        src.topics(nil).Options,
		"circumstances": src.circumstances(checklist.Answers{"about": {Chosen: []string{"both"}}}).Options,
	}
	for _, p := range a.Parties {
		if !p.Kind {
			ids["parties"] = append(ids["parties"], checklist.Option{ID: p.ID(), Words: p.Organisation + " (" + p.Sector + ")"})
		}
	}
	for _, b := range law.Bases.Entries {
		from := "article-6"
		if isCondition(b) {
			from = "conditions"
		}
		ids[from] = append(ids[from], checklist.Option{ID: b.ID, Words: basisWords(b)})
	}
	for _, p := range law.Provisions {
		ids["gateways"] = append(ids["gateways"], checklist.Option{ID: p.ID})
	}
	w := bufio.NewWriter(app.Out)
	fmt.Fprintf(w, "# %s\n# %s\n#\n", a.Title, list.Title)
	fmt.Fprint(w, comment("Fill in and give to: dsa share --adhoc --answers FILE. Leave empty what does not apply. Where several "+
		"can be chosen, write a list: [one, two]. If someone is in danger now, act first: call 999.", ""))
	fmt.Fprintf(w, "agreement: %s\nchecklist: %s\nanswers:\n", a.ID, list.ID)
	for _, q := range list.Questions {
		heading := q.Title
		if !q.IsOurs() {
			heading = q.Number + ". " + q.Title
		}
		fmt.Fprintf(w, "\n  # ---- %s ----\n", heading)
		fmt.Fprint(w, comment(q.Guidance, "  "))
		if q.ID == whoQuestion {
			fmt.Fprint(w, comment("Leave all of this question out on a computer that remembers who decides.", "  "))
		}
		for _, ask := range q.Asks {
			writeAsk(w, ask, ids, "  ", "")
		}
	}
	fmt.Fprint(w, "\n# Write yes only when you have read the record (dsa share --adhoc --answers FILE --dry-run) and it is right.\nsign: \"\"\n")
	return w.Flush()
}

func writeAsk(w io.Writer, ask checklist.Ask, sourced map[string][]checklist.Option, margin, dash string) {
	fmt.Fprintln(w)
	fmt.Fprint(w, comment(ask.Words, margin))
	if ask.Help != "" {
		fmt.Fprint(w, comment(ask.Help, margin))
	}
	inner := margin
	if dash != "" {
		inner = margin[:len(margin)-2] + dash
	}
	if ask.Kind == checklist.Items {
		fmt.Fprintf(w, "%s%s:\n", inner, ask.ID)
		for i, part := range ask.Items {
			lead := ""
			if i == 0 {
				lead = "- "
			}
			writeAsk(w, part, sourced, margin+"    ", lead)
		}
		return
	}
	if len(ask.When) > 0 {
		fmt.Fprint(w, comment("Only if "+whenWords(ask.When)+".", margin))
	}
	options := append(slices.Clone(sourced[ask.From]), ask.Options...)
	for _, o := range options {
		if ask.From == "gateways" && o.Words == "" {
			continue // a hundred ids say less than the dry run, which shows what is open in the case
		}
		fmt.Fprint(w, comment(o.ID+": "+o.Words, margin+"  "))
	}
	if ask.From == "gateways" {
		fmt.Fprint(w, comment("or ids of provisions; a dry run names those open in the case", margin+"  "))
	}
	if ask.Optional {
		fmt.Fprint(w, comment("May be left empty.", margin))
	}
	fmt.Fprintf(w, "%s%s:\n", inner, ask.ID)
}

func whenWords(when checklist.When) string {
	var conditions []string
	for id, values := range when {
		if len(values) > 12 {
			conditions = append(conditions, id+" names one of the entries listed there")
			continue
		}
		conditions = append(conditions, id+" is "+strings.Join(values, " or "))
	}
	slices.Sort(conditions)
	return strings.Join(conditions, " and ")
}

// comment wraps words as comment lines of at most 100 columns.
func comment(words, margin string) string {
	var b strings.Builder
	for _, paragraph := range strings.Split(words, "\n") {
		line := margin + "#"
		for _, word := range strings.Fields(paragraph) {
			if len(line)+1+len(word) > 100 {
				b.WriteString(line + "\n")
				line = margin + "#"
			}
			line += " " + word
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
