package cmd

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"dsa/cmd/screen"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// topicFiles are what dsa help explains besides commands: a title, an empty line, and paragraphs. Lines that are indented
// stay as they are: they are there to be typed, or stand one below the other.
//
//go:embed help/*.txt
var topicFiles embed.FS

// A Topic is something that dsa help explains.
type Topic struct {
	Name  string // as it is typed
	Title string // one line
	Text  string // paragraphs, an empty line between them
}

// Topics are all of them, in the order in which they are listed.
func Topics() []Topic {
	names := []string{"emergency", "signing", "checking", "agreement", "screen-readers", "exit-codes", "files", "privacy", "training"}
	topics := make([]Topic, len(names))
	for i, name := range names {
		// They are part of the program: one that is not there is met by every test.
		text, _ := topicFiles.ReadFile("help/" + name + ".txt")
		title, rest, _ := strings.Cut(string(text), "\n")
		topics[i] = Topic{Name: name, Title: title, Text: strings.Trim(rest, "\n") + "\n"}
	}
	return topics
}

// newHelp is the command that explains the others, and the topics.
func newHelp(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "help [TOPIC or COMMAND]...",
		Short: "Explain a topic or a command; without either, list them all",
		Long: `help explains what goes beyond one command, such as what to do in an emergency or
what a signature shows, and every command as dsa COMMAND --help does. On a terminal
a long text is shown page by page.`,
		Example: "  dsa help emergency\n  dsa help exit codes\n  dsa help log join",
		Args:    cobra.ArbitraryArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runHelp(app, cmd.Root(), args) },
	}
}

// runHelp shows everything there is under a name: a topic and a command can have the same.
func runHelp(app *App, root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return root.Help()
	}
	topics := Topics()
	wanted := strings.ToLower(strings.Join(args, "-"))
	at := slices.IndexFunc(topics, func(t Topic) bool { return t.Name == wanted })
	about, rest, err := root.Find(args)
	isCommand := err == nil && len(rest) == 0 && about != root
	var page []string
	if at >= 0 {
		page = topics[at].page(app.outWidth())
	}
	if at >= 0 && isCommand {
		page = append(page, "", strings.Repeat("=", app.outWidth()), "")
	}
	if isCommand {
		page = append(page, helpOf(about)...)
	}
	if page == nil {
		return noHelp(root, wanted)
	}
	return app.showPage(page)
}

// noHelp is the answer to a name of which there is nothing.
func noHelp(root *cobra.Command, wanted string) error {
	known := commandsBelow(root)
	for _, t := range Topics() {
		known = append(known, t.Name)
	}
	next := "dsa help lists all topics and commands"
	if near := nearest(wanted, known); near != nil {
		next = "perhaps dsa help " + strings.Join(near, " or dsa help ") + "; " + next
	}
	return &failure{what: "there is no topic and no command of that name", next: next, code: codeUsage}
}

// showPage writes lines for reading, page by page where somebody sits at a terminal.
func (app *App) showPage(lines []string) error {
	_, err := io.WriteString(app.paged(), strings.Join(lines, "\n")+"\n")
	if errors.Is(err, screen.ErrEnough) {
		return nil
	}
	return err
}

// page is the topic in lines of a width.
func (t Topic) page(width int) []string {
	lines := append(filled(t.Title, width), strings.Repeat("-", min(len([]rune(t.Title)), width)))
	for _, paragraph := range strings.Split(strings.Trim(t.Text, "\n"), "\n\n") {
		lines = append(lines, "")
		if strings.HasPrefix(paragraph, " ") {
			lines = append(lines, strings.Split(paragraph, "\n")...)
		} else {
			lines = append(lines, filled(paragraph, width)...)
		}
	}
	return lines
}

// filled is a paragraph in lines of a width.
func filled(paragraph string, width int) []string {
	lines := screen.Filled(strings.Join(strings.Fields(paragraph), " "), width)
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// outWidth is how wide a text for reading is written: as a printed record, or less where the terminal is smaller.
func (app *App) outWidth() int {
	out := app.Out
	if w, ok := out.(*watched); ok {
		out = w.to
	}
	if f, ok := out.(*os.File); ok && app.drawsOut() {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return min(width, screen.PageWidth)
		}
	}
	return screen.PageWidth
}

// helpOf is what there is to say of a command: what it does, and how it is typed. That of the whole program ends with the topics.
func helpOf(cmd *cobra.Command) []string {
	cmd.InitDefaultHelpFlag() // cobra does so only for the command that runs
	cmd.InitDefaultVersionFlag()
	lines := append(strings.Split(strings.TrimSpace(cmp.Or(cmd.Long, cmd.Short)), "\n"), "")
	lines = append(lines, strings.Split(strings.TrimSpace(cmd.UsageString()), "\n")...)
	if cmd.HasParent() {
		return lines
	}
	lines = append(lines, "", "Topics, each with dsa help TOPIC:")
	for _, t := range Topics() {
		lines = append(lines, fmt.Sprintf("  %-14s  %s", t.Name, t.Title))
	}
	return lines
}

// usageOf writes how a command is typed. It is cobra's, with lines that fit a terminal.
func usageOf(cmd *cobra.Command) error {
	out := cmd.OutOrStderr()
	section := func(title string, lines ...string) {
		fmt.Fprintf(out, "\n%s\n%s\n", title, strings.TrimRight(strings.Join(lines, "\n"), "\n"))
	}
	line := "  " + cmd.UseLine()
	if !cmd.HasParent() {
		line = "  dsa COMMAND [flags]"
	} else if cmd.HasAvailableSubCommands() {
		line += "\n  " + cmd.CommandPath() + " COMMAND [flags]"
	}
	section("Usage:", line)
	section("Examples:", cmd.Example)
	list := func(title, group string) {
		var lines []string
		for _, c := range cmd.Commands() {
			if c.GroupID == group && !c.Hidden {
				lines = append(lines, fmt.Sprintf("  %-*s %s", c.NamePadding(), c.Name(), c.Short))
			}
		}
		if lines != nil {
			section(title, lines...)
		}
	}
	for _, g := range cmd.Groups() {
		list(g.Title, g.ID)
	}
	list("Commands:", "")
	if cmd.HasAvailableLocalFlags() {
		section("Flags:", cmd.LocalFlags().FlagUsagesWrapped(usageWidth))
	}
	if cmd.HasAvailableInheritedFlags() {
		section("For every command:", cmd.InheritedFlags().FlagUsagesWrapped(usageWidth))
	}
	return nil
}

// usageWidth is that of the texts of commands, in which lines stand one below the other.
const usageWidth = 80
