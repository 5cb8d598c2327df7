package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// The list of what is inside, in SPDX 2.3 (ISO/IEC 5962): the fields that are used here, and no others.
type (
	spdxDocument struct {
		Version       string         `json:"spdxVersion"`
		License       string         `json:"dataLicense"`
		ID            string         `json:"SPDXID"`
		Name          string         `json:"name"`
		Namespace     string         `json:"documentNamespace"`
		Creation      spdxCreation   `json:"creationInfo"`
		Packages      []spdxPackage  `json:"packages"`
		Relationships []spdxRelation `json:"relationships"`
	}
	spdxCreation struct {
		Created  string   `json:"created"`
		Creators []string `json:"creators"`
	}
	spdxPackage struct {
		ID        string         `json:"SPDXID"`
		Name      string         `json:"name"`
		Version   string         `json:"versionInfo"`
		File      string         `json:"packageFileName,omitempty"`
		Source    string         `json:"sourceInfo,omitempty"`
		Purpose   string         `json:"primaryPackagePurpose"`
		Location  string         `json:"downloadLocation"`
		Analysed  bool           `json:"filesAnalyzed"`
		Checksums []spdxChecksum `json:"checksums,omitempty"`
		Concluded string         `json:"licenseConcluded"`
		Declared  string         `json:"licenseDeclared"`
		Terms     string         `json:"licenseComments,omitempty"`
		Copyright string         `json:"copyrightText"`
		Refs      []spdxRef      `json:"externalRefs,omitempty"`
	}
	spdxChecksum struct {
		Algorithm string `json:"algorithm"`
		Value     string `json:"checksumValue"`
	}
	spdxRef struct {
		Category string `json:"referenceCategory"`
		Type     string `json:"referenceType"`
		Locator  string `json:"referenceLocator"`
	}
	spdxRelation struct {
		From string `json:"spdxElementId"`
		Type string `json:"relationshipType"`
		To   string `json:"relatedSpdxElement"`
	}
)

// sbom lists what Go says is in the program that was built, not what go.mod asks for.
func (r *release) sbom(p platform, program []byte, info *buildinfo.BuildInfo, texts []licence) ([]byte, error) {
	sum := fmt.Sprintf("%x", sha256.Sum256(program))
	name := "dsa-" + r.version + "-" + p.Name()
	const document, ours = "SPDXRef-DOCUMENT", "SPDXRef-dsa"
	list := spdxDocument{
		Version: "SPDX-2.3", License: "CC0-1.0", ID: document, Name: name,
		// The host is the one that SPDX keeps for documents without an address of their own; nothing is there to be fetched.
		Namespace: "https://spdx.org/spdxdocs/" + name + "-" + sum,
		Creation:  spdxCreation{Created: r.at.Format(time.RFC3339), Creators: []string{"Organization: the dsa authors", "Tool: dsa-dist-" + r.version}},
		Packages: []spdxPackage{{
			ID: ours, Name: "dsa", Version: r.version, File: p.Program(), Source: r.built(info.GoVersion), Purpose: "APPLICATION",
			Location: "NOASSERTION", Checksums: []spdxChecksum{{"SHA256", sum}},
			Concluded: "MIT AND OGL-UK-3.0", Declared: "MIT AND OGL-UK-3.0",
			Terms:     "The questions and tables of two agreements are kept as printed and belong to their authors: see NOTICE.txt.",
			Copyright: "Copyright (c) 2026 the dsa authors",
		}},
		Relationships: []spdxRelation{{document, "DESCRIBES", ours}},
	}
	add := func(module, version, source string) error {
		terms := licenceOf(texts, module)
		if terms == "" {
			return fmt.Errorf("NOTICE has no licence for %s", module)
		}
		id := "SPDXRef-" + regexp.MustCompile(`[^A-Za-z0-9.]+`).ReplaceAllString(module+"-"+version, "-")
		list.Packages = append(list.Packages, spdxPackage{
			ID: id, Name: module, Version: version, Source: source, Purpose: "LIBRARY", Location: "NOASSERTION",
			Concluded: terms, Declared: terms, Copyright: "NOASSERTION",
			Refs: []spdxRef{{"PACKAGE-MANAGER", "purl", "pkg:golang/" + module + "@" + strings.ReplaceAll(version, "+", "%2B")}},
		})
		list.Relationships = append(list.Relationships, spdxRelation{ours, "DEPENDS_ON", id})
		return nil
	}
	for _, m := range info.Deps {
		if err := add(m.Path, m.Version, "go.sum "+m.Sum); err != nil {
			return nil, err
		}
	}
	if err := add(std, strings.TrimPrefix(info.GoVersion, "go"), ""); err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(list, "", "  ")
	return append(text, '\n'), err
}
