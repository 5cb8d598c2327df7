package cmd

import (
	"context"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/legislation"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newCompletion is the command that makes a shell offer commands, flags and ids at the Tab key.
func newCompletion(app *App) *cobra.Command {
	c := &cobra.Command{
		Use:   "completion",
		Short: "Let the Tab key finish commands, flags and ids for you",
		Long: `completion prints a script for your shell. With it, Tab finishes what you have begun
to type, or shows what can follow: commands, flags, agreements, checklists, entries
of the law, and the numbers of your own records with their dates. It shows nothing
of what a record says.`,
		Example: "  dsa completion bash\n  dsa completion powershell",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, shell := range []struct {
		name, how, example string
		write              func(root *cobra.Command) error
	}{
		{"bash", "It needs the package bash-completion, which Git Bash on Windows has already.\nFor this window, or for good:", `  source <(dsa completion bash)
  dsa completion bash > ~/.local/share/bash-completion/completions/dsa`,
			func(root *cobra.Command) error { return root.GenBashCompletionV2(app.Out, true) }},
		{"zsh", "For this window, or for good. The folder has to be in fpath, and compinit to run\nafter that:", `  source <(dsa completion zsh)
  dsa completion zsh > ~/.zsh/completions/_dsa`,
			func(root *cobra.Command) error { return root.GenZshCompletion(app.Out) }},
		{"fish", "For this window, or for good:", `  dsa completion fish | source
  dsa completion fish > ~/.config/fish/completions/dsa.fish`,
			func(root *cobra.Command) error { return root.GenFishCompletion(app.Out, true) }},
		{"powershell", "For this window, or for good, in the file that $PROFILE names:", `  dsa completion powershell | Out-String | Invoke-Expression
  dsa completion powershell >> $PROFILE`,
			func(root *cobra.Command) error { return root.GenPowerShellCompletionWithDesc(app.Out) }},
	} {
		c.AddCommand(&cobra.Command{
			Use:     shell.name,
			Short:   "Print the script for " + shell.name,
			Long:    "completion " + shell.name + " prints the script for " + shell.name + ".\n" + shell.how,
			Example: shell.example,
			Args:    cobra.NoArgs,
			RunE:    func(cmd *cobra.Command, _ []string) error { return shell.write(cmd.Root()) },
		})
	}
	return c
}

// An offer is what the shell is to show for what was typed so far. It comes from what is built in and from names in the log:
// nothing is asked, written or said.
type offer = cobra.CompletionFunc

// offerCompletions attaches the offers to commands and flags: only when a shell asks, since every other start is quicker
// without. An argument or a flag tells by its name in the usage line what it takes, and one of which nothing is known
// gets no offer, not even of files. What a command offers by itself stays.
func (app *App) offerCompletions(root *cobra.Command) {
	args := app.argumentOffers()
	flags, values := app.flagOffers(), app.valueOffers()
	var attach func(c *cobra.Command)
	attach = func(c *cobra.Command) {
		if c.ValidArgsFunction == nil {
			c.ValidArgsFunction = byPlace(c, args)
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			word, _ := pflag.UnquoteUsage(f)
			give, is := flags[f.Name]
			if byValue, named := values[word]; named {
				give = byValue
			} else if !is {
				give = cobra.NoFileCompletions
			}
			_ = c.RegisterFlagCompletionFunc(f.Name, give) // fails where the command has its own
		})
		for _, sub := range c.Commands() {
			attach(sub)
		}
	}
	attach(root)
}

// byPlace offers for each argument of a command what its name stands for.
func byPlace(c *cobra.Command, offers map[string]offer) offer {
	takes := argumentsOf(c.Use)
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(takes) == 0 || len(args) >= len(takes) && !takes[len(takes)-1].several {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		word := takes[min(len(args), len(takes)-1)].word
		if give, is := offers[strings.TrimPrefix(cmd.CommandPath(), "dsa ")+" "+word]; is {
			return give(cmd, args, typed)
		}
		if give, is := offers[word]; is {
			return give(cmd, args, typed)
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// argumentOffers are by the name of an argument, where it matters with that of its command before it.
func (app *App) argumentOffers() map[string]offer {
	gateways := one(app.gatewayIDs)
	return map[string]offer{
		"ID": app.completeRecords, "ID or FILE": app.completeRecords, "HOLD": app.completeRecords,
		"CHAIN": app.completeChains, "CHECKLIST": one(app.checklistIDs), "SCENARIO": app.completeScenarios,
		"OLD": app.completeAgreements, "NEW": app.completeAgreements,
		"DIR": anyFolder, "PATH": anyFile, "SRC": anyFolder, "FILE": anyFile, "TOPIC or COMMAND": topicsAndCommands,
		"gateways show ID": gateways, "gateways why ID": gateways, "glossary WORDS": one(app.glossaryIDs),
	}
}

// valueOffers are by what the usage of a flag calls its value.
func (app *App) valueOffers() map[string]offer {
	return map[string]offer{
		"FILE": anyFile, "FILE.pub": anyFile, "ID or DIR": app.completeAgreements, "RECIPIENT": anyFile, "DIR": anyFolder,
		// Where the usage gives an example, --from and --to are kinds of organisations; elsewhere days and files.
		"ROLE": one(justWords("decision", "oversight")), "education": one(of(legislation.Sectors)), "local-authority": one(of(legislation.Recipients)), "police": one(of(legislation.Recipients)),
	}
}

// flagOffers are by the name of a flag: one name means one thing in every command.
func (app *App) flagOffers() map[string]offer {
	yes := one(justWords("yes", "no", "not-sure"))
	return map[string]offer{
		"agreement": app.completeAgreements, "gateway": one(app.gatewayIDs), "basis": one(app.basisIDs), "initiative": one(app.initiativeIDs),
		"facts": several(app.factIDs), "asked-under": several(app.factIDs), "touches": several(app.topicIDs),
		"data":    several(of(append(slices.Clone(legislation.Categories), legislation.Named{ID: "none", Words: "nothing of these"}))),
		"outcome": one(justWords(outcomes...)), "mode": one(justWords(checklist.Occasions...)), "about": one(justWords("children", "adults", "both")),
		"sector": one(of(legislation.Sectors)), "recipient-sector": one(of(legislation.Recipients)), "finding": one(findingCodes),
		"as": one(justWords(formNames()...)), "fields": several(justWords(columnNames()...)),
		"public-authority": yes, "competent-authority": yes,
	}
}

// A choice is one thing that can be typed, and what it is in words.
type choice struct{ word, says string }

// choices are those whose word begins so, as a shell takes them.
func choices(all []choice, typed string) []string {
	var fit []string
	for _, c := range all {
		if strings.HasPrefix(c.word, typed) {
			fit = append(fit, cobra.CompletionWithDesc(c.word, c.says))
		}
	}
	return fit
}

// one offers one of some words.
func one(all func() []choice) offer {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return choices(all(), typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// several offers the next of some words with commas between them.
func several(all func() []choice) offer {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndex(typed, ",")+1]
		said := strings.Split(before, ",")
		var left []choice
		for _, c := range all() {
			if !slices.Contains(said, c.word) {
				left = append(left, choice{before + c.word, c.says})
			}
		}
		return choices(left, typed), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

func justWords(words ...string) func() []choice {
	return func() []choice {
		all := make([]choice, len(words))
		for i, w := range words {
			all[i].word = w
		}
		return all
	}
}

func of(named []legislation.Named) func() []choice {
	return func() []choice {
		all := make([]choice, len(named))
		for i, n := range named {
			all[i] = choice{n.ID, n.Words}
		}
		return all
	}
}

func anyFile(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

func anyFolder(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// completeAgreements offers what is built in or was copied here, and folders once something was typed that begins one.
func (app *App) completeAgreements(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	if built := choices(justWords(app.agreementNames()...)(), typed); len(built) > 0 {
		return built, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// completeScenarios offers the scenarios that are built in: the name of a file begins with the id, up to the first hyphen.
func (app *App) completeScenarios(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	names, _ := fs.Glob(app.Data, "scenarios/*.yaml")
	all := make([]choice, len(names))
	for i, name := range names {
		id, says, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".yaml"), "-")
		all[i] = choice{id, strings.ReplaceAll(says, "-", " ")}
	}
	return choices(all, typed), cobra.ShellCompDirectiveNoFileComp
}

// topicsAndCommands offers what dsa help explains.
func topicsAndCommands(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	about, _, err := cmd.Root().Find(args)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var all []choice
	if len(args) == 0 {
		for _, t := range Topics() {
			all = append(all, choice{t.Name, t.Title})
		}
	}
	for _, c := range about.Commands() {
		if !c.Hidden && !slices.ContainsFunc(all, func(other choice) bool { return other.word == c.Name() }) {
			all = append(all, choice{c.Name(), c.Short})
		}
	}
	return choices(all, typed), cobra.ShellCompDirectiveNoFileComp
}

// checklistIDs are those of all agreements that are built in, and the program's own.
func (app *App) checklistIDs() []choice {
	agreements, _ := app.agreements("")
	titles := map[string]string{}
	for _, a := range agreements {
		for _, id := range listsOf(a) {
			titles[id] = a.Lists[id].Title
		}
	}
	var all []choice
	for _, id := range slices.Sorted(maps.Keys(titles)) {
		all = append(all, choice{id, titles[id]})
	}
	return append(all, justWords(ownLists...)()...)
}

func (app *App) glossaryIDs() []choice {
	glossary, err := checklist.LoadGlossary(app.Data)
	if err != nil {
		return nil
	}
	var all []choice
	for _, e := range entriesOf(glossary, checklist.Agreements(app.Data)) {
		if c := (choice{e.ID, e.Title}); !slices.ContainsFunc(all, func(other choice) bool { return other.word == c.word }) {
			all = append(all, c)
		}
	}
	return all
}

// fromLaw are choices out of the law tables; none, where they cannot be read: the command itself says why.
func (app *App) fromLaw(parts legislation.Part, each func(law *legislation.Law) []choice) []choice {
	law, err := app.Law(parts)
	if err != nil {
		return nil
	}
	return each(law)
}

func (app *App) gatewayIDs() []choice {
	return app.fromLaw(0, func(law *legislation.Law) (all []choice) {
		for _, p := range law.Provisions {
			all = append(all, choice{p.ID, p.Title})
		}
		return all
	})
}

func (app *App) basisIDs() []choice {
	return app.fromLaw(legislation.PartBases, func(law *legislation.Law) (all []choice) {
		for _, b := range law.Bases.Entries {
			all = append(all, choice{b.ID, b.Title})
		}
		return all
	})
}

func (app *App) initiativeIDs() []choice {
	return app.fromLaw(0, func(law *legislation.Law) (all []choice) {
		for _, i := range law.Initiatives {
			all = append(all, choice{i.ID, i.Title})
		}
		return all
	})
}

func (app *App) factIDs() []choice {
	return app.fromLaw(0, func(law *legislation.Law) []choice {
		all := []choice{{legislation.FactAsked, law.FactWords(legislation.FactAsked)}}
		for _, c := range law.Circumstances {
			all = append(all, choice{c.ID, c.Words})
		}
		return all
	})
}

func (app *App) topicIDs() []choice {
	return app.fromLaw(0, func(law *legislation.Law) []choice { return of(topicNames(law))() })
}

func findingCodes() (all []choice) {
	for _, c := range decision.Codes() {
		all = append(all, choice{c.Code, c.Why})
	}
	return all
}

// What of a log is offered, and how long a folder is waited for that may lie where nobody answers: who presses Tab does not
// know that one is asked.
const (
	mostRecords    = 20
	completionWait = time.Second
)

// booksToOffer opens the logs that the command line names, or else the person's own; with those that this computer knows, those too.
func (app *App) booksToOffer(cmd *cobra.Command, known bool) []*logbook.Book {
	var dirs []string
	if flag := cmd.Flags().Lookup("log"); flag != nil && flag.Changed {
		if values, is := flag.Value.(pflag.SliceValue); is {
			dirs = values.GetSlice()
		} else {
			dirs = []string{flag.Value.String()}
		}
	} else {
		dirs = []string{app.logFolder("")}
		if k, err := app.known(); err == nil && known {
			for _, l := range k.Logs {
				dirs = append(dirs, l.Folder)
			}
		}
	}
	slices.Sort(dirs)
	dirs = slices.Compact(dirs) // cobra reads the flags twice when it completes
	ctx, end := context.WithTimeout(cmd.Context(), completionWait)
	defer end()
	var books []*logbook.Book
	for _, dir := range dirs {
		if book, err := openAnswering(ctx, filepath.Clean(dir), logbook.Open, answerWait, func() {}); err == nil {
			books = append(books, book)
		}
	}
	return books
}

// completeRecords offers the newest records by number, or by id where digits of one were typed or a number alone would
// not tell which is meant, each with its day and its kind. What is in a record is not shown: others may see the screen.
func (app *App) completeRecords(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	const asIs = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	if takes := argumentsOf(cmd.Use); len(takes) > 0 && strings.HasSuffix(takes[0].word, "FILE") && strings.ContainsAny(typed, `./\~`) {
		return anyFile(cmd, args, typed)
	}
	type found struct {
		choice
		book *logbook.Book
		name logbook.Name
	}
	books := app.booksToOffer(cmd, false)
	defer func() {
		for _, b := range books {
			b.Close()
		}
	}()
	chains := 0
	for _, b := range books {
		in, _ := b.Chains()
		chains += len(in)
	}
	var newest []found
	for _, b := range books {
		last := ""
		for name, err := range b.Names() {
			if err != nil || stemOf(name.Path) == last {
				continue
			}
			last = stemOf(name.Path)
			word := strconv.Itoa(name.Number)
			if id := name.Short[:decision.ShownDigits]; chains > 1 || typed != "" && !strings.HasPrefix(word, typed) {
				word = id
			}
			if !strings.HasPrefix(word, strings.ToLower(typed)) || slices.Contains(args, word) {
				continue
			}
			if newest = append(newest, found{choice{word: word}, b, name}); len(newest) > 2*mostRecords {
				newest = slices.Clone(newest[len(newest)-mostRecords:])
			}
		}
	}
	var all []choice
	for _, f := range slices.Backward(newest[max(len(newest)-mostRecords, 0):]) {
		if e, err := f.book.ReadName(f.name); err == nil {
			f.says = e.Page.Cover.Time.UTC().Format(time.DateOnly) + " " + string(e.Page.Cover.Kind)
		}
		all = append(all, f.choice)
	}
	return choices(all, ""), asIs
}

// completeChains offers the chains of the log with whose each is.
func (app *App) completeChains(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var all []choice
	for _, b := range app.booksToOffer(cmd, true) {
		ids, _ := b.Chains()
		for _, id := range ids {
			if slices.Contains(args, id) || slices.ContainsFunc(all, func(c choice) bool { return c.word == id }) {
				continue
			}
			whose := ""
			if e, err := b.Find(id); err == nil {
				if o, err := e.Opening(); err == nil {
					whose = o.Name + ", " + o.Organisation
				}
			}
			all = append(all, choice{id, whose})
		}
		b.Close()
	}
	return choices(all, strings.ToLower(typed)), cobra.ShellCompDirectiveNoFileComp
}
