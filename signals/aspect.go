package signals

// Aspect is what a signal group shows.
type Aspect uint8

// The aspects. Off means the signal is dark and the signs count.
const (
	Off Aspect = iota
	Red
	RedAmber // prepare to go, where the country has it
	Green
	Amber
	FlashingAmber // the signs count, with care
)

var aspectNames = [...]string{"off", "red", "red_amber", "green", "amber", "flashing_amber"}

// String returns the name used in results and the stream.
func (a Aspect) String() string { return aspectNames[a] }
