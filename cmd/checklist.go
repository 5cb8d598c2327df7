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
		Use:     "checklist",
		Short:   "Print a checklist to read or to fill in by hand, or as an answers file",
		Example: "  dsa checklist list\n  dsa checklist show adhoc",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var agreement string
	template := &cobra.Command{
		Use:   "template CHECKLIST",
		Short: "Print an answers file to fill in, with the questions as comments",
		Long: `template prints a YAML file with every question of the checklist as a comment.
Fill it in and give it to the command named in its first lines.
Answers that do not apply are left empty.`,
		Example: "  dsa checklist template adhoc > case.yaml\n  dsa checklist template routine\n  dsa checklist template emergency",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			a, list, err := app.findList(agreement, args[0])
			if err != nil {
				return err
			}
			return app.template(a, list)
		},
	}
	template.Flags().StringVar(&agreement, "agreement", "", "the agreement whose checklist is printed: its `ID or DIR`, the folder of your own")
	c.AddCommand(newChecklistList(app), newChecklistShow(app), template)
	return c
}

// served are the occasions that a checklist serves; none: it is about a record that there is already.
func served(a *checklist.Agreement, list *checklist.List) []string {
	var occasions []string
	for _, occasion := range checklist.Occasions {
		if a != nil && a.Checklists[occasion] == list.ID || a == nil && list.ID == occasion {
			occasions = append(occasions, occasion)
		}
	}
	return occasions
}

// commandsOf are what an answers file for the checklist can be given to.
func (app *App) commandsOf(a *checklist.Agreement, list *checklist.List, occasions []string) []string {
	if len(occasions) == 0 {
		return []string{"dsa " + list.ID + " ID --answers FILE"}
	}
	named := app.usualAgreement()
	if a != nil {
		named = a.ID
		if app.packTitle != "" && app.copiedTo(a.ID) == "" {
			named = "DIR"
		}
	}
	var commands []string
	for _, occasion := range occasions {
		commands = append(commands, app.shareCommand(occasion, named)+" --answers FILE")
	}
	return commands
}

// template prints every ask of a checklist that can apply, whether or not it will.
func (app *App) template(a *checklist.Agreement, list *checklist.List) error {
	options, err := app.printedOptions(a)
	if err != nil {
		return err
	}
	occasions := served(a, list)
	commands := app.commandsOf(a, list, occasions)
	w := bufio.NewWriter(app.Out)
	if a != nil {
		fmt.Fprintf(w, "# %s\n", a.Title)
	}
	fmt.Fprintf(w, "# %s\n#\n", list.Title)
	fmt.Fprint(w, comment("Fill in and give to: "+strings.Join(commands, ", or to: ")+". Leave empty what does not apply. Where several "+
		"can be chosen, write a list: [one, two]. If someone is in danger now, act first: call 999.", ""))
	if a != nil {
		fmt.Fprintf(w, "agreement: %s\n", a.ID)
	}
	fmt.Fprintf(w, "checklist: %s\n", list.ID)
	switch {
	case len(occasions) == 1:
		fmt.Fprintf(w, "occasion: %s\n", occasions[0])
	case len(occasions) > 1:
		fmt.Fprintf(w, "occasion: # %s\n", strings.Join(occasions, " or "))
	}
	fmt.Fprint(w, "answers:\n")
	for _, q := range list.Questions {
		if !q.When.CanHoldOn(occasions) {
			continue
		}
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
			if ask.When.CanHoldOn(occasions) {
				writeAsk(w, ask, options, "  ", "")
			}
		}
	}
	if !slices.Equal(occasions, []string{checklist.Emergency}) {
		fmt.Fprint(w, "\n", comment("A dry run says what should be looked at, each with a code, such as ID. What is marked as a stop needs a change, or a "+
			"reply here before it can be signed; to the others you may reply. Write the code and why you go on:", ""),
			"#   ID: I rang the duty desk back after I had filled this in.\nreplies:\n")
	}
	fmt.Fprint(w, "\n", comment("Write yes only when you have read the record ("+strings.Replace(commands[0], "FILE", "FILE --dry-run", 1)+") and it is right.", ""),
		"sign: \"\"\n")
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
	for _, o := range append(slices.Clone(sourced[ask.From]), ask.Options...) {
		fmt.Fprint(w, comment(o.ID+": "+o.Words, margin+"  "))
	}
	switch ask.From {
	case "gateways":
		fmt.Fprint(w, comment("or ids of provisions; a dry run names those open in the case", margin+"  "))
	case answersOfRecord:
		fmt.Fprint(w, comment("the answer in the record, such as reasons, or information/1/what", margin+"  "))
	}
	if ask.Optional {
		fmt.Fprint(w, comment("May be left empty.", margin))
	}
	fmt.Fprintf(w, "%s%s:\n", inner, ask.ID)
}

func whenWords(when checklist.When) string {
	var conditions []string
	for id, values := range when {
		if id == checklist.Occasion {
			conditions = append(conditions, "it is "+onOccasions(values))
			continue
		}
		if len(values) > 12 {
			conditions = append(conditions, id+" names one of the entries listed there")
			continue
		}
		conditions = append(conditions, id+" is "+strings.Join(values, " or "))
	}
	slices.Sort(conditions)
	return strings.Join(conditions, " and ")
}

func onOccasions(values []string) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = shortOccasions[v]
	}
	return strings.Join(words, " or ")
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
