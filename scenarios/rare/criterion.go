package rare

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Criterion says what an event is: an expression over the measures of an encounter of two vehicles, or of one alone. It gives each
// encounter a score besides, which rises towards 1 as it comes nearer to being an event: searches climb it.
type Criterion struct {
	text string
	root node
	uses [numQuantities]bool
}

// Quantities of an encounter that a criterion may ask for.
type quantity int

const (
	qCrash    quantity = iota // 1 if the two touched
	qLeftRoad                 // 1 if it slid off its lane, or spun or rolled over
	qRed                      // 1 if one of the two had passed red less than 20 s before
	qTTC                      // s, the shortest so far
	qMTTC                     // s
	qPET                      // s
	qDRAC                     // m/s², the highest so far
	qDeltaV                   // m/s: of the one that struck, in a crash
	qClosing                  // m/s at contact
	qSpeed                    // m/s, of the first named
	numQuantities
)

var quantityNames = [numQuantities]string{"crash", "left_road", "red", "ttc", "mttc", "pet", "drac", "delta_v", "closing", "speed"}

// encounter is what is measured of two vehicles, or of one; what is not known is +Inf for times, else 0.
type encounter struct {
	values [numQuantities]float64
	danger float64 // of a crash, 0 to 1 (excluded): how much of the braking that there is it takes to prevent one
	slip   float64 // of a loss of control, likewise: how much of the grip
}

func newEncounter() encounter {
	var e encounter
	for _, q := range [...]quantity{qTTC, qMTTC, qPET} {
		e.values[q] = math.Inf(1)
	}
	return e
}

// node is a part of an expression.
type node struct {
	op    string // "and", "or", "not", "<", ">"; "is" for a quantity that is 0 or 1
	left  *node
	right *node
	q     quantity
	limit float64
}

// ParseCriterion reads a criterion: "crash", "left_road", or comparisons such as "ttc < 0.5", joined by and, or, not and parentheses.
// Quantities are crash, left_road, red (yes or no), ttc, mttc, pet (s), drac (m/s²), delta_v, closing and speed (m/s).
func ParseCriterion(text string) (*Criterion, error) {
	if len(text) > 1000 {
		return nil, fmt.Errorf("criterion of %d characters, want at most 1000", len(text))
	}
	p := criterionParser{words: wordsOf(text)}
	root, err := p.either()
	if err == nil && p.at < len(p.words) {
		err = fmt.Errorf("%q, want and, or, or the end", p.words[p.at])
	}
	if err != nil {
		return nil, fmt.Errorf("criterion %q: word %d: %w", text, p.at+1, err)
	}
	return &Criterion{text: text, root: *root, uses: p.uses}, nil
}

// String returns the text of c.
func (c *Criterion) String() string { return c.text }

// wordsOf cuts a criterion into words, numbers and signs.
func wordsOf(text string) (words []string) {
	for _, part := range strings.Fields(text) {
		begin := 0
		for i, r := range part {
			if strings.ContainsRune("()<>", r) {
				if i > begin {
					words = append(words, part[begin:i])
				}
				words = append(words, string(r))
				begin = i + 1
			}
		}
		if begin < len(part) {
			words = append(words, part[begin:])
		}
	}
	return words
}

type criterionParser struct {
	words []string
	at    int
	depth int
	uses  [numQuantities]bool
}

func (p *criterionParser) next() string {
	if p.at < len(p.words) {
		return p.words[p.at]
	}
	return ""
}

func (p *criterionParser) take(word string) bool {
	if p.next() != word {
		return false
	}
	p.at++
	return true
}

func (p *criterionParser) either() (*node, error) { return p.joined("or", p.both) }

func (p *criterionParser) both() (*node, error) { return p.joined("and", p.one) }

func (p *criterionParser) joined(word string, part func() (*node, error)) (*node, error) {
	left, err := part()
	for err == nil && p.take(word) {
		var right *node
		if right, err = part(); err == nil {
			left = &node{op: word, left: left, right: right}
		}
	}
	return left, err
}

func (p *criterionParser) one() (*node, error) {
	if p.depth++; p.depth > 100 {
		return nil, fmt.Errorf("more than 100 parentheses in one another")
	}
	defer func() { p.depth-- }()
	switch {
	case p.take("not"):
		of, err := p.one()
		return &node{op: "not", left: of}, err
	case p.take("("):
		of, err := p.either()
		if err == nil && !p.take(")") {
			err = fmt.Errorf("%q, want )", p.next())
		}
		return of, err
	}
	return p.atom()
}

func (p *criterionParser) atom() (*node, error) {
	q := quantity(-1)
	for i, name := range quantityNames {
		if p.next() == name {
			q = quantity(i)
		}
	}
	if q < 0 {
		return nil, fmt.Errorf("%q, want one of %s", p.next(), strings.Join(quantityNames[:], ", "))
	}
	p.at++
	p.uses[q] = true
	if q <= qRed {
		return &node{op: "is", q: q}, nil
	}
	op := p.next()
	if op != "<" && op != ">" {
		return nil, fmt.Errorf("%q after %s, want < or >", op, quantityNames[q])
	}
	p.at++
	limit, err := strconv.ParseFloat(p.next(), 64)
	if err != nil || !(limit >= 0 && limit <= 1e6) || !unicode.IsDigit(rune(p.next()[0])) {
		return nil, fmt.Errorf("%q, want a number from 0 to 1e6", p.next())
	}
	p.at++
	return &node{op: op, q: q, limit: limit}, nil
}

// holds reports whether an encounter is an event.
func (n *node) holds(e *encounter) bool {
	switch n.op {
	case "and":
		return n.left.holds(e) && n.right.holds(e)
	case "or":
		return n.left.holds(e) || n.right.holds(e)
	case "not":
		return !n.left.holds(e)
	case "<":
		return e.values[n.q] < n.limit
	case ">":
		return e.values[n.q] > n.limit
	}
	return e.values[n.q] > 0
}

// score returns how near an encounter is to be an event: 1 and more if it is one, else less.
func (n *node) score(e *encounter) float64 {
	if n.holds(e) {
		return 1
	}
	near := 0.0
	switch n.op {
	case "and":
		near = min(n.left.score(e), n.right.score(e))
	case "or":
		near = max(n.left.score(e), n.right.score(e))
	case "<":
		near = n.limit / e.values[n.q]
	case ">", "is":
		near = n.approach(e)
	}
	return min(near, nearly)
}

// nearly is the highest score of what is no event.
const nearly = 0.999

// approach is the score of what is to rise: a crash that has not happened, by its danger.
func (n *node) approach(e *encounter) float64 {
	switch n.q {
	case qCrash:
		return e.danger
	case qLeftRoad:
		return e.slip
	case qDeltaV, qClosing:
		if n.limit > 0 && e.values[qCrash] > 0 {
			return 0.8 + 0.2*e.values[n.q]/n.limit
		}
		return 0.8 * e.danger
	}
	if n.limit <= 0 {
		return 0
	}
	return e.values[n.q] / n.limit
}
