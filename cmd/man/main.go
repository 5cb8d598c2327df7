// Command man writes the manual pages: one for the program and for each of its commands, in section 1, and one for each help
// topic, in section 7. It is a program of its own, run by make man, so that nothing of it is in dsa.
//
// The pages are written here and not with cobra/doc. That takes the texts of commands for Markdown, in which the lists that
// stand in them, one line below the other, run together into a paragraph; and it would bring two more modules.
package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"dsa/cmd"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: man DIR, with the day of the pages in SOURCE_DATE_EPOCH")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Getenv("SOURCE_DATE_EPOCH")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write writes all pages into a folder. The day is seconds since 1970, as reproducible builds give it; without one the pages have none.
func write(dir, epoch string) error {
	day := ""
	if epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
		}
		day = time.Unix(seconds, 0).UTC().Format(time.DateOnly)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, page := range pages(day) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(page), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// pages are all pages by the names of their files. They have nothing of the machine on which they are made: the App has no
// folders.
func pages(day string) map[string]string {
	all := map[string]string{}
	var add func(c *cobra.Command)
	add = func(c *cobra.Command) {
		if c.Hidden {
			return
		}
		all[pageName(c)+".1"] = commandPage(c, day)
		for _, sub := range c.Commands() {
			add(sub)
		}
	}
	add(cmd.NewRoot(&cmd.App{}))
	for _, t := range cmd.Topics() {
		all["dsa-"+t.Name+".7"] = topicPage(t, day)
	}
	return all
}

func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

func commandPage(c *cobra.Command, day string) string {
	p := &page{}
	p.head(pageName(c), "1", c.Short, day)
	p.section("SYNOPSIS")
	if c.Runnable() {
		p.line(".B " + escaped(c.UseLine()))
	}
	if c.HasAvailableSubCommands() {
		p.line(".br\n.B " + escaped(c.CommandPath()+" COMMAND [flags]"))
	}
	p.section("DESCRIPTION")
	p.text(cmp.Or(c.Long, c.Short))
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	p.flags("OPTIONS", c.LocalFlags())
	p.flags("OPTIONS OF EVERY COMMAND", c.InheritedFlags())
	p.section("EXAMPLES")
	p.asIs(c.Example)
	p.section("EXIT STATUS")
	p.text("0 done, 1 could not, 2 wrong command line, 3 stopped by the person, 4 a check found something wrong.")
	p.section("SEE ALSO")
	var see []string
	if c.HasParent() {
		see = append(see, reference(pageName(c.Parent()), "1"))
	}
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			see = append(see, reference(pageName(sub), "1"))
		}
	}
	if !c.HasParent() {
		for _, t := range cmd.Topics() {
			see = append(see, reference("dsa-"+t.Name, "7"))
		}
	}
	p.line(strings.Join(see, ",\n"))
	return p.String()
}

func topicPage(t cmd.Topic, day string) string {
	p := &page{}
	p.head("dsa-"+t.Name, "7", t.Title, day)
	p.section("DESCRIPTION")
	p.text(t.Text)
	p.section("SEE ALSO")
	p.line(reference("dsa", "1"))
	return p.String()
}

// A page is one manual page as it is written, in the man macros of roff.
type page struct{ strings.Builder }

func (p *page) line(s string) { p.WriteString(s + "\n") }

func (p *page) head(name, section, what, day string) {
	p.line(fmt.Sprintf(".TH %q %q %q %q", strings.ToUpper(escaped(name)), section, day, "dsa "+cmd.Version))
	p.section("NAME")
	p.line(escaped(name) + ` \- ` + escaped(what))
}

func (p *page) section(title string) { p.line(".SH " + title) }

// text writes paragraphs. One that has an indented line in it stays as it is: something stands one below the other in it.
func (p *page) text(s string) {
	for i, paragraph := range strings.Split(strings.Trim(s, "\n"), "\n\n") {
		if i > 0 {
			p.line(".PP")
		}
		if strings.HasPrefix(paragraph, " ") || strings.Contains(paragraph, "\n ") {
			p.asIs(paragraph)
			continue
		}
		for line := range strings.Lines(paragraph) {
			p.line(escaped(strings.TrimSpace(line)))
		}
	}
}

func (p *page) asIs(s string) {
	p.line(".nf")
	for line := range strings.Lines(s) {
		p.line(escaped(strings.TrimRight(line, "\n")))
	}
	p.line(".fi")
}

func (p *page) flags(title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	p.section(title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		word, says := pflag.UnquoteUsage(f)
		name := `\fB` + escaped("--"+f.Name) + `\fR`
		if f.Shorthand != "" {
			name = `\fB` + escaped("-"+f.Shorthand) + `\fR, ` + name
		}
		if word != "" {
			name += ` \fI` + escaped(word) + `\fR`
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
			says += " (" + f.DefValue + " if it is not given)"
		}
		p.line(".TP\n" + name + "\n" + escaped(says))
	})
}

func reference(name, section string) string { return `\fB` + escaped(name) + `\fR(` + section + ")" }

// escaped keeps roff from reading a text: its own sign, hyphens, which have to be copied as they are typed, and a full stop or an
// apostrophe at the beginning of a line.
func escaped(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}
