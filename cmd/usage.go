package cmd

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"dsa/legislation"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// What is said of a command line that is wrong: in our own words, with the nearest of what can be typed, and without repeating
// what was, save the name of a flag.

// wrongFlag words what is wrong with a flag.
func wrongFlag(cmd *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		missing *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
	)
	said := cmd.Flags().Args() // the words that were read before it
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown, said)
	case errors.As(err, &missing):
		name, _ := pflag.UnquoteUsage(missing.GetFlag())
		return usage(cmd, "--"+missing.GetFlag().Name+" needs something after it: --"+missing.GetFlag().Name+" "+name)
	case errors.As(err, &invalid):
		return usage(cmd, "--"+invalid.GetFlag().Name+" "+takes(invalid.GetFlag()))
	}
	return usage(cmd, "a flag begins with two hyphens and a letter, such as --plain")
}

// takes says what can stand after a flag that did not understand it.
func takes(flag *pflag.Flag) string {
	switch flag.Value.Type() {
	case "int":
		return "takes a whole number"
	case "bool":
		return "is given without anything after it"
	case "stringSlice":
		return "takes words with commas between them, and no quotation marks among them"
	}
	return "does not take what was given"
}

func unknownFlag(cmd *cobra.Command, unknown *pflag.NotExistError, said []string) error {
	typed, shown := unknown.GetSpecifiedName(), "--"+unknown.GetSpecifiedName()
	if together := unknown.GetSpecifiedShortnames(); together != "" {
		typed, _, _ = strings.Cut(together, "=") // -adhoc, with one hyphen
		shown = "-" + typed
	}
	if meantEmergency(append(said, typed)) {
		return toEmergency()
	}
	if cmd.HasSubCommands() && len(said) > 0 {
		return unknownCommand(cmd, said)
	}
	var flags []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			flags = append(flags, "--"+f.Name)
		}
	})
	// A flag without its command: dsa --adhoc.
	if nearest("--"+typed, flags) == nil && cmd.HasSubCommands() {
		var with []string
		for _, sub := range cmd.Commands() {
			if sub.Flags().Lookup(typed) != nil {
				with = append(with, sub.CommandPath()+" --"+typed)
			}
		}
		if len(with) == 1 {
			return &failure{what: cmd.CommandPath() + " has no flag " + shown, next: "perhaps " + with[0] + "; or " + seeHelp(cmd), code: codeUsage}
		}
	}
	return &failure{what: cmd.CommandPath() + " has no flag " + shown, next: perhaps("--"+typed, flags, seeHelp(cmd)), code: codeUsage}
}

// wrapArgs gives what is wrong with arguments our own words and the exit code of a wrong command line, for a command and
// those below it.
func wrapArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if check(cmd, args) == nil {
				return nil
			}
			return wrongArgs(cmd, args)
		}
	}
	for _, sub := range c.Commands() {
		wrapArgs(sub)
	}
}

func wrongArgs(cmd *cobra.Command, args []string) error {
	takes := argumentsOf(cmd.Use)
	switch {
	case (!cmd.HasParent() || cmd.Name() == "share") && meantEmergency(args):
		return toEmergency()
	case len(args) == 0 && slices.Contains(aboutRecords, cmd.Name()) && cmd.Parent() == cmd.Root():
		return &failure{what: "no record was named", next: "name a record: its number or the first digits of its id; dsa log lists them", code: codeUsage}
	case cmd.HasSubCommands() && len(args) > 0 && len(takes) == 0:
		return unknownCommand(cmd, args)
	case len(args) < required(takes):
		return usage(cmd, "something is missing: "+cmd.CommandPath()+" "+typedAs(takes))
	case len(takes) == 0:
		return usage(cmd, cmd.CommandPath()+" takes flags, which begin with --, and no other words")
	}
	return &failure{what: "more words were given than " + cmd.CommandPath() + " takes: " + typedAs(takes),
		next: "put a name with blanks in it between quotation marks; or " + seeHelp(cmd), code: codeUsage}
}

// An argument is one of the words that can follow a command, as its usage line names it.
type argument struct {
	word     string // ID, FILE, "ID or FILE"
	optional bool
	several  bool
}

// oneArgument is ID, ID..., [ID], [ID...] or [ID]...
var oneArgument = regexp.MustCompile(`^(\[?)([A-Z]+(?: or [A-Z]+)*)(\.\.\.)?\]?(\.\.\.)?( |$)`)

// argumentsOf reads the arguments from a usage line. It ends at the first flag.
func argumentsOf(use string) []argument {
	_, rest, _ := strings.Cut(use, " ")
	var all []argument
	for {
		m := oneArgument.FindStringSubmatch(rest)
		if m == nil {
			return all
		}
		all = append(all, argument{word: m[2], optional: m[1] != "", several: m[3]+m[4] != ""})
		rest = rest[len(m[0]):]
	}
}

func required(takes []argument) (n int) {
	for _, a := range takes {
		if !a.optional {
			n++
		}
	}
	return n
}

// typedAs writes arguments as a usage line does.
func typedAs(takes []argument) string {
	var words []string
	for _, a := range takes {
		word := a.word
		if a.several {
			word += "..."
		}
		if a.optional {
			word = "[" + word + "]"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// otherWords are what people call a command that has another name.
var otherWords = map[string]string{
	"check": "verify", "decide": "share", "decision": "share", "record": "share", "new": "share", "start": "share",
	"list": "log", "records": "log", "search": "find", "read": "show", "print": "show", "open": "show",
	"law": "gateways", "legal": "gateways", "bases": "basis", "lawful": "basis", "words": "glossary", "meaning": "glossary",
	"correct": "amend", "change": "amend", "delete": "dispose", "destroy": "dispose", "owed": "due", "reminders": "due",
	"init": "setup", "key": "setup", "config": "setup", "settings": "setup", "audit": "sample", "statistics": "report", "publish": "sync", "copy": "export",
}

// unknownCommand is the answer to a word that is no command below this one.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if meantEmergency(args) && !cmd.HasParent() {
		return toEmergency()
	}
	next := "see " + cmd.CommandPath() + " --help, which lists them all"
	if other := otherWords[strings.ToLower(args[0])]; other != "" && !cmd.HasParent() {
		next = "perhaps dsa " + other + "; or " + next
	} else if near := nearest(args[0], commandsBelow(cmd)); len(near) > 0 {
		next = "perhaps " + cmd.CommandPath() + " " + strings.Join(near, " or "+cmd.CommandPath()+" ") + "; or " + next
	}
	what := "there is no such command"
	if cmd.HasParent() {
		what += " below " + cmd.CommandPath()
	}
	return &failure{what: what, next: next, code: codeUsage}
}

func commandsBelow(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	return names
}

// aboutRecords are the commands that are about one record.
var aboutRecords = []string{"complete", "show", "review", "amend", "tier2", "endorse", "prove"}

// toEmergency is the answer to a command line that is wrong and means an emergency: nobody looks for a flag then.
func toEmergency() error {
	return &failure{what: "an emergency is recorded with another command; nothing was asked or recorded",
		next: "if someone is in danger now, call 999; then, or for afterwards: dsa share --emergency", code: codeUsage}
}

// meantEmergency reports whether one of the words is "emergency", or is one slip of the fingers or a few away from it.
func meantEmergency(words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		word, _, _ = strings.Cut(strings.ToLower(strings.TrimLeft(word, "-")), "=")
		word = strings.Trim(word, `"'`)
		return len(word) >= 5 && strings.HasPrefix("emergency", word) || len(word) < 20 && legislation.Slips(word, "emergency") <= 3
	})
}
