//go:build !windows

package cmd

import (
	"strings"
	"testing"
)

// The quiz on drawn pages: a question, what is to be known of it, a way back, and the end.
func TestTheQuizIsDrawn(t *testing.T) {
	app, out, _ := newTestApp(t, "")
	lawRead(app)
	all := quizCases(t, app)
	d := drawOn(t, app)
	d.runs(func() int {
		if err := app.quiz(t.Context(), all, practiseOptions{}); err != nil {
			return app.report(err)
		}
		return codeDone
	})
	d.shows("TRAINING", "Question 1 of 4", "Who decides here?", "The charity")
	d.types("1\r")
	d.shows("TRAINING", "The answer is: The charity", "You chose: The council", "Source: The agreement, section 4", "enter")
	d.types("\r")
	d.shows("TRAINING", "Question 2 of 4", "What is missing from this record?")
	d.types("\x07") // all there is to read of it
	d.shows("About this page", "It has not been checked yet.")
	d.types("\x1b")
	d.shows("Question 2 of 4", "What is missing from this record?", "Whether the recipient is who they say")
	d.types("\x1b")
	d.shows("Question 1 of 4", "Who decides here?")
	d.types("2\r")
	d.shows("That is right: The charity")
	d.types("\x13")
	if code := d.ends(); code != codeDone {
		t.Fatalf("exit code %d", code)
	}
	if !strings.Contains(out.String(), "You answered 1 of 4 questions.") {
		t.Errorf("at the end stands\n%s", out)
	}
}
