package cmd

import "syscall"

// codePage is the code page of the console, or 0 where there is none. What is written to a console goes there whole, whatever
// it is; a pipe or a file gets UTF-8, which a shell of another code page reads wrongly.
func codePage() int {
	page, _, _ := syscall.NewLazyDLL("kernel32.dll").NewProc("GetConsoleOutputCP").Call()
	return int(page)
}
