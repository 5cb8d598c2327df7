package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// licence is one text, and the modules that are under it. A module with two texts stands in both.
type licence struct {
	id      string // as SPDX calls it; "" for a text that comes with a licence, such as a grant of patents
	modules []string
	text    string
}

// std is how the standard library and the runtime of Go, which every program has in it, are called among the modules.
const std = "stdlib"

// licenceName are the files in which a library says on what terms it may be passed on.
var licenceName = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)(\.(txt|md))?$`)

// licences reads the texts of every module that is linked in on any of the platforms, from where Go keeps the modules.
func (r *release) licences() ([]licence, error) {
	folders := map[string][]string{} // of every module
	for _, p := range platforms {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}\t{{$.Dir}}{{end}}{{end}}", "./cmd/dsa")
		list.Dir = r.top
		list.Env = append(append(os.Environ(), r.env...), "CGO_ENABLED=0", "GOOS="+p.OS, "GOARCH="+p.Arch, "GOFLAGS=-mod=readonly", "GOWORK=off")
		list.Stderr = os.Stderr
		out, err := list.Output()
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		for line := range strings.Lines(string(out)) {
			if fields := strings.Split(strings.TrimSpace(line), "\t"); len(fields) == 3 {
				// A folder inside a module can have terms of its own.
				for dir, top := fields[2], fields[1]; ; dir = filepath.Dir(dir) {
					folders[fields[0]] = append(folders[fields[0]], dir)
					if dir == top {
						break
					}
				}
			}
		}
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	folders[std] = []string{strings.TrimSpace(string(root))}

	byText := map[string]*licence{}
	for module, dirs := range folders {
		slices.Sort(dirs)
		licensed := false
		for _, dir := range slices.Compact(dirs) {
			entries, err := os.ReadDir(dir)
			if err != nil {
				return nil, err
			}
			for _, e := range entries {
				if !e.Type().IsRegular() || !licenceName.MatchString(e.Name()) {
					continue
				}
				content, err := os.ReadFile(filepath.Join(dir, e.Name()))
				if err != nil {
					return nil, err
				}
				text := tidy(content)
				if byText[text] == nil {
					id := ""
					if lower := strings.ToLower(e.Name()); !strings.HasPrefix(lower, "notice") && !strings.HasPrefix(lower, "patents") {
						if id = known(text); id == "" {
							return nil, fmt.Errorf("%s: %s is a licence that nobody has looked at yet", module, e.Name())
						}
					}
					byText[text] = &licence{id: id, text: text}
				}
				licensed = licensed || byText[text].id != ""
				if l := byText[text]; !slices.Contains(l.modules, module) {
					l.modules = append(l.modules, module)
				}
			}
		}
		if !licensed {
			return nil, fmt.Errorf("%s has no licence where one would look for it", module)
		}
	}
	var texts []licence
	for _, l := range byText {
		slices.Sort(l.modules)
		texts = append(texts, *l)
	}
	slices.SortFunc(texts, func(a, b licence) int {
		return strings.Compare(strings.Join(a.modules, " ")+a.text, strings.Join(b.modules, " ")+b.text)
	})
	return texts, nil
}

// tidy takes line ends and blanks at ends away, which differ where the words do not.
func tidy(content []byte) string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(string(content), "\f", "\n")) {
		lines = append(lines, strings.TrimRight(line, " \t\r\n"))
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n") + "\n"
}

// known names a licence that allows the program to be passed on as it is here. Any other has to be read by a person.
func known(text string) string {
	words := strings.Join(strings.Fields(text), " ")
	var found []string
	for sign, id := range map[string]string{
		"Permission is hereby granted, free of charge, to any person obtaining a copy":                                    "MIT",
		"may be used to endorse or promote products derived from this software without specific prior written permission": "BSD-3-Clause",
		"Apache License Version 2.0, January 2004":                                                                        "Apache-2.0",
		"Licensed under the Apache License, Version 2.0":                                                                  "Apache-2.0", // the notice instead of the text
	} {
		if strings.Contains(words, sign) && !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	slices.Sort(found)
	return strings.Join(found, " AND ")
}

// licenceOf is what SPDX calls the terms of a module.
func licenceOf(texts []licence, module string) string {
	var ids []string
	for _, l := range texts {
		if l.id != "" && slices.Contains(l.modules, module) {
			ids = append(ids, strings.Split(l.id, " AND ")...)
		}
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " AND ")
}

// libraries is the line of NOTICE from which on it is written by this program. What stands above is written by people.
const libraries = "The libraries in the program\n============================\n"

const rule = "--------------------------------------------------------------------------------\n"

// libraryPart is that part of NOTICE.
func libraryPart(texts []licence) string {
	var b strings.Builder
	b.WriteString(libraries)
	b.WriteString("\nThe program has these libraries in it, on one platform or all, each under the terms that follow its name.\n")
	for _, l := range texts {
		b.WriteString("\n" + rule)
		for _, module := range l.modules {
			if module == std {
				module = "the standard library and the runtime of Go"
			}
			b.WriteString(module + "\n")
		}
		b.WriteString(rule + "\n" + l.text)
	}
	return b.String()
}

// notice is NOTICE as it should be.
func (r *release) notice(texts []licence) (is, should []byte, err error) {
	is, err = os.ReadFile(filepath.Join(r.top, "NOTICE"))
	if err != nil {
		return nil, nil, err
	}
	head, _, found := bytes.Cut(is, []byte(libraries))
	if !found {
		return nil, nil, errors.New("NOTICE has no part on the libraries")
	}
	return is, append(slices.Clip(head), libraryPart(texts)...), nil
}

func (r *release) checkNotice(texts []licence) error {
	is, should, err := r.notice(texts)
	if err == nil && !bytes.Equal(is, should) {
		err = errors.New("NOTICE does not have the licences of the libraries that are linked in: go run ./.ci/dist -notice writes them")
	}
	return err
}

func (r *release) writeNotice() error {
	texts, err := r.licences()
	if err != nil {
		return err
	}
	_, should, err := r.notice(texts)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.top, "NOTICE"), should, 0o644)
}
