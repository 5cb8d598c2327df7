package export

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"dsa/decision/cases"
)

// xlsxWriter writes a workbook of Office Open XML (ECMA-376) as a stream: the rows go into the zip as they come, and nothing
// is kept. It is written by hand since a library would hold every text of the workbook, or a file beside it that is not
// encrypted, and would have to be loaded by every command.
//
// Every text is an inline string and never a formula, in cells whose format is text, so that it stays text when somebody
// edits it.
type xlsxWriter struct {
	about   About
	zip     *zip.Writer
	sheet   *bufio.Writer // of the sheet that is being written
	bytes   int64         // in it
	columns []cases.Column
	letters []string // of the columns: A, B and so on
	rows    int      // in the first sheet, its head among them
	cut     int

	// What Excel opens: rows of a sheet, and bytes of a part of the zip before they are packed. Above 4 GiB a zip that is
	// written as a stream has a form that Excel takes for damaged.
	mostRows  int
	mostBytes int64
}

func newXLSX(w io.Writer, a About, _ Options) Writer {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	return &xlsxWriter{about: a, zip: z, mostRows: 1 << 20, mostBytes: 4_000_000_000}
}

// The formats of cells, in the order in which xlsxStyles has them.
const (
	styleHead = iota + 1
	styleText
	styleDay
	styleMoment
	styleNumber
)

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	xmlMain = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	xmlRels = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`

	xlsxTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet3.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>` +
		`</Types>`
	xlsxRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + xmlRels + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	xlsxBookRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + xmlRels + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + xmlRels + `/worksheet" Target="worksheets/sheet2.xml"/>` +
		`<Relationship Id="rId3" Type="` + xmlRels + `/worksheet" Target="worksheets/sheet3.xml"/>` +
		`<Relationship Id="rId4" Type="` + xmlRels + `/styles" Target="styles.xml"/></Relationships>`
	xlsxStyles = xmlHead + `<styleSheet ` + xmlMain + `>` +
		`<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
		`<fill><patternFill patternType="solid"><fgColor rgb="FFE7EDF3"/><bgColor indexed="64"/></patternFill></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
		`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
		`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>` +
		`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>` +
		`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top"/></xf></cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
)

func (x *xlsxWriter) Begin(columns []cases.Column) error {
	x.columns, x.letters = columns, make([]string, len(columns))
	for i := range columns {
		x.letters[i] = letters(i)
	}
	for _, part := range []struct{ name, content string }{
		{"[Content_Types].xml", xlsxTypes}, {"_rels/.rels", xlsxRels}, {"xl/_rels/workbook.xml.rels", xlsxBookRels}, {"xl/styles.xml", xlsxStyles},
	} {
		if err := x.part(part.name); err != nil {
			return err
		}
		x.write(part.content)
		if err := x.sheet.Flush(); err != nil {
			return err
		}
	}
	widths := make([]int, len(columns))
	for i, c := range columns {
		switch {
		case c.Kind == cases.Day:
			widths[i] = 12
		case c.Kind == cases.Moment:
			widths[i] = 20
		case c.Kind == cases.Number, c.Kind == cases.YesNo:
			widths[i] = 14
		case c.Free:
			widths[i] = 36
		default:
			widths[i] = 22
		}
		widths[i] = max(widths[i], len(c.Name)+4) // with the button of the filter
	}
	// Rows keep one height: a long text is read in the line above the sheet, and does not push the others away.
	if err := x.begin(1, widths, `<sheetFormatPr defaultRowHeight="15" customHeight="1"/>`); err != nil {
		return err
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	x.words(styleHead, names...)
	return nil
}

// part begins a file of the zip. It has one time for ever: the same rows are the same bytes.
func (x *xlsxWriter) part(name string) error {
	w, err := x.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		return err
	}
	x.sheet, x.bytes, x.rows = bufio.NewWriterSize(w, 1<<16), 0, 0
	return nil
}

func (x *xlsxWriter) write(s string) {
	n, _ := x.sheet.WriteString(s) // an error is met again by Flush
	x.bytes += int64(n)
}

// begin begins a sheet whose first row stays where it is.
func (x *xlsxWriter) begin(number int, widths []int, format string) error {
	if err := x.part(fmt.Sprintf("xl/worksheets/sheet%d.xml", number)); err != nil {
		return err
	}
	selected := ""
	if number == 1 {
		selected = ` tabSelected="1"`
	}
	x.write(xmlHead + `<worksheet ` + xmlMain + `><sheetViews><sheetView` + selected + ` workbookViewId="0">` +
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>` + format + `<cols>`)
	for i, width := range widths {
		x.write(fmt.Sprintf(`<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, width))
	}
	x.write(`</cols><sheetData>`)
	return nil
}

// end ends a sheet, with filters over its columns where it has any.
func (x *xlsxWriter) end(filters string) error {
	x.write(`</sheetData>`)
	if filters != "" {
		x.write(`<autoFilter ref="` + filters + `"/>`)
	}
	x.write(`<pageMargins left="0.5" right="0.5" top="0.5" bottom="0.5" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape"/></worksheet>`)
	return x.sheet.Flush()
}

func (x *xlsxWriter) Row(row *cases.Case) error {
	if x.rows >= x.mostRows || x.bytes >= x.mostBytes {
		return ErrFull
	}
	x.beginRow()
	facts := row.Facts()
	for i, column := range x.columns {
		v := column.Value(facts)
		if !v.Set {
			continue
		}
		serial, is := serialOf(v)
		switch {
		case v.Kind == cases.Number:
			x.number(i, styleNumber, strconv.FormatFloat(v.Number, 'f', -1, 64))
		case is && v.Kind == cases.Day:
			x.number(i, styleDay, serial)
		case is:
			x.number(i, styleMoment, serial)
		default:
			x.text(i, styleText, text(v))
		}
	}
	x.write("</row>")
	return nil
}

// words writes a row of texts.
func (x *xlsxWriter) words(style int, words ...string) {
	x.beginRow()
	for i, w := range words {
		x.text(i, style, w)
	}
	x.write("</row>")
}

func (x *xlsxWriter) beginRow() {
	x.rows++
	x.write(`<row r="`)
	x.write(strconv.Itoa(x.rows))
	x.write(`">`)
}

// at begins a cell.
func (x *xlsxWriter) at(i, style int) {
	x.write(`<c r="`)
	if i < len(x.letters) {
		x.write(x.letters[i])
	} else {
		x.write(letters(i))
	}
	x.write(strconv.Itoa(x.rows))
	x.write(`" s="`)
	x.write(strconv.Itoa(style))
}

func (x *xlsxWriter) number(i, style int, digits string) {
	x.at(i, style)
	x.write(`"><v>`)
	x.write(digits)
	x.write(`</v></c>`)
}

func (x *xlsxWriter) text(i, style int, words string) {
	if words == "" {
		return
	}
	words, was := cut(fewLines(visible(words)))
	if was {
		x.cut++
	}
	x.at(i, style)
	x.write(`" t="inlineStr"><is><t xml:space="preserve">`)
	from := 0
	for at := range len(words) {
		with := ""
		switch words[at] {
		case '&':
			with = "&amp;"
		case '<':
			with = "&lt;"
		case '>':
			with = "&gt;"
		case '_':
			if !escapes(words[at:]) {
				continue
			}
			with = "_x005F_" // or Excel would take the text for an escape of its own
		default:
			continue
		}
		x.write(words[from:at])
		x.write(with)
		from = at + 1
	}
	x.write(words[from:])
	x.write(`</t></is></c>`)
}

// escapes reports whether a text begins as Excel writes a sign by its number: _x0041_.
func escapes(s string) bool {
	if len(s) < 7 || s[1] != 'x' && s[1] != 'X' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}

// maxLines is how many line ends a cell of Excel may have.
const maxLines = 253

// fewLines makes blanks of the line ends that a cell cannot have.
func fewLines(s string) string {
	if strings.Count(s, "\n") <= maxLines {
		return s
	}
	at := 0
	for range maxLines {
		at += strings.IndexByte(s[at:], '\n') + 1
	}
	return s[:at] + strings.ReplaceAll(s[at:], "\n", " ")
}

// epoch is day 0 of Excel, as far as its calendar is right: from March 1900 on.
var epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// serialOf is a day or a moment as Excel counts it, on the clock of the place: Excel knows no offsets. False for what its
// calendar does not have, which goes as text.
func serialOf(v cases.Value) (serial string, is bool) {
	if v.Kind != cases.Day && v.Kind != cases.Moment || v.Time.Year() < 1901 || v.Time.Year() > 9999 {
		return "", false
	}
	t := v.Time
	days := int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Sub(epoch) / (24 * time.Hour))
	if v.Kind == cases.Day {
		return strconv.Itoa(days), true
	}
	seconds := t.Hour()*3600 + t.Minute()*60 + t.Second()
	return strconv.FormatFloat(float64(days)+float64(seconds)/86400, 'f', 9, 64), true
}

// letters is what Excel calls a column: A, Z, AA.
func letters(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

func (x *xlsxWriter) End(s Summary) error {
	last := fmt.Sprintf("%s%d", letters(len(x.columns)-1), x.rows)
	if err := x.end("A1:" + last); err != nil {
		return err
	}
	if err := x.begin(2, []int{24, 24, 12, 90}, ""); err != nil {
		return err
	}
	x.words(styleHead, "Column", "In words", "Kind", "What it means")
	for _, c := range x.columns {
		x.words(styleText, c.Name, c.Title, kindWords(c.Kind), c.Says)
	}
	if err := x.end(""); err != nil {
		return err
	}
	if err := x.begin(3, []int{60, 90}, ""); err != nil {
		return err
	}
	x.words(styleHead, "About this export", "")
	for _, l := range Lines(x.about, s) {
		x.words(styleText, meanings[l.Word], l.Value)
	}
	if err := x.end(""); err != nil {
		return err
	}
	if err := x.part("xl/workbook.xml"); err != nil {
		return err
	}
	from, to, _ := strings.Cut("$A$1:"+last, ":")
	at := strings.IndexAny(to, "0123456789")
	x.write(xmlHead + `<workbook ` + xmlMain + ` xmlns:r="` + xmlRels + `"><bookViews><workbookView activeTab="0"/></bookViews>` +
		`<sheets><sheet name="Decisions" sheetId="1" r:id="rId1"/><sheet name="Columns" sheetId="2" r:id="rId2"/><sheet name="About" sheetId="3" r:id="rId3"/></sheets>` +
		`<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">Decisions!` + from + `:$` + to[:at] + `$` + to[at:] + `</definedName>` +
		`<definedName name="_xlnm.Print_Titles" localSheetId="0">Decisions!$1:$1</definedName></definedNames></workbook>`)
	if err := x.sheet.Flush(); err != nil {
		return err
	}
	return x.zip.Close()
}

func (x *xlsxWriter) Cut() int { return x.cut }

// kindWords say what the values of a column are.
func kindWords(k cases.Kind) string {
	return map[cases.Kind]string{cases.Text: "text", cases.IDs: "ids", cases.Day: "day", cases.Moment: "date and time", cases.Number: "number", cases.YesNo: "yes or no"}[k]
}
