//go:build !linux

package logbook

// flushAll is for Linux; elsewhere whoever flushes pays for what others left behind.
func flushAll() {}
