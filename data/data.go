// Package data holds the agreements and the law that are built in, as files, and nothing else. What they mean and
// whether they are sound belongs to the packages that load them.
package data

import "embed"

// Files are the built-in data files; README.md says how they are made.
//
//go:embed *.yaml agreements legislation scenarios
var Files embed.FS
