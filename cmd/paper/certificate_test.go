package paper

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"dsa/decision"
)

func disposed() *Certificate {
	at := time.Date(2034, 11, 23, 10, 11, 12, 0, time.UTC)
	return &Certificate{
		Log: "Fenmarsh safeguarding", LogID: decision.ID{0xaa}, At: at, Program: "dsa 0.1.0",
		Orders: []Order{{ID: decision.ID{0xbb}, At: at, By: "Ida Marsh, Fenmarsh Council", Rule: "Retention schedule 2024, line 14",
			Authority: "Head of information governance", Override: "An erasure was ordered.", Two: true}},
		Records: []Gone{{ID: decision.ID{0xcc}, Chain: decision.ID{0xdd}, Number: 7, Kind: decision.Decision, Time: at.AddDate(-8, 0, 0), KeepUntil: "2034-11-22"}},
		Copies:  []Copy{{Folder: "/share/log", Destroyed: 1}, {Folder: "/home/ida/log", Own: true, Before: 1}},
	}
}

var certified = []string{
	"Certificate of disposal", "Fenmarsh safeguarding", decision.ID{0xaa}.String(), "23 November 2034 10:11 UTC by dsa 0.1.0",
	decision.ID{0xbb}.String(), "Ida Marsh, Fenmarsh Council", "Retention schedule 2024, line 14", "Head of information governance",
	"An erasure was ordered.", "a second overseer", decision.ID{0xcc}.String(), decision.ChainFolder(decision.ID{0xdd}), "number 7", "decision",
	"23 November 2026 10:11 UTC", "22 November 2034", "/share/log", "1 body destroyed now.", "0 bodies destroyed now, 1 gone before.",
	"signed cover of each record stays", "Destroyed in the folders named below", "Reached",
	"Not reached from here: the authors' own computers, until they next sync; backups; copies that were sent or taken elsewhere",
}

func TestCertificate(t *testing.T) {
	var page bytes.Buffer
	if err := CertificatePage(&page, disposed()); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"page": flat(checkPage(t, page.Bytes())), "lines": flat(all(disposed().Lines()))} {
		for _, part := range certified {
			if !strings.Contains(text, part) {
				t.Errorf("the %s lacks %q", name, part)
			}
		}
		if strings.Contains(strings.ToLower(text), "not complete") {
			t.Errorf("the %s says that it is not complete", name)
		}
	}
}

// A certificate never says that something is gone that may be there.
func TestCertificateSaysWhatIsLeft(t *testing.T) {
	for words, change := range map[string]func(*Certificate){
		"it did not answer":  func(c *Certificate) { c.Copies[0].Left = "it did not answer" },
		"still there in a c": func(c *Certificate) { c.Records[0].Still = true },
	} {
		c := disposed()
		change(c)
		var page bytes.Buffer
		if err := CertificatePage(&page, c); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{flat(checkPage(t, page.Bytes())), flat(all(c.Lines()))} {
			if text = strings.ToLower(text); !strings.Contains(text, "certificate of disposal: not complete") || !strings.Contains(text, words) {
				t.Errorf("%q is not said", words)
			}
		}
	}
}

func TestHostileCertificate(t *testing.T) {
	c := disposed()
	evil := "</p><script>alert(1)</script>\x1b[31m\u202egpj"
	c.Log, c.Orders[0].Rule, c.Orders[0].By, c.Copies[0].Folder = evil, evil, evil, evil
	var page bytes.Buffer
	if err := CertificatePage(&page, c); err != nil {
		t.Fatal(err)
	}
	checkPage(t, page.Bytes())
	checkShown(t, all(c.Lines()))
}
