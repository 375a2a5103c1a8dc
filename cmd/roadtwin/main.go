// Command roadtwin loads a city from OpenStreetMap and runs its traffic.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"roadtwin/scenarios"
)

// Exit codes.
const (
	exitFailure     = 1   // the program could not do it
	exitMistake     = 2   // what was asked for cannot be done
	exitInterrupted = 130 // Ctrl-C before the end; what was done is kept
)

// verbs is the command line.
type verbs struct {
	Import   importVerb   `cmd:"" help:"Make a lane-level network of an OpenStreetMap extract, and tell what was guessed."`
	Scenario scenarioVerb `cmd:"" help:"Write a new scenario for a map, or print the schema of scenario files."`
	Run      runVerb      `cmd:"" help:"Run a scenario headless, keep its results, and print a table."`
	Plot     plotVerb     `cmd:"" help:"Draw time-space diagrams, stages, rings and queues, as SVG."`
	Compare  compareVerb  `cmd:"" help:"Say what variants make of the traffic, by how much, and how sure that is."`
	Report   reportVerb   `cmd:"" help:"Write a page about what variants make of the traffic, for people."`
	Serve    serveVerb    `cmd:"" help:"Show a scenario live in the browser."`
	Drive    driveVerb    `cmd:"" help:"Let programs drive a vehicle of a scenario, in lock-step."`
	Optimise optimiseVerb `cmd:"" help:"Find better signal timings, or departures, by simulation."`
	Signals  signalsVerb  `cmd:"" help:"Plans of signals: export, import, check, time, and their level of service."`
	Export   exportVerb   `cmd:"" help:"Write a network, and its trips, for SUMO, or as GeoJSON; or results as CSV, Parquet or GeoJSON."`
	Demand   demandVerb   `cmd:"" help:"Tell who travels, count traffic, and make trips of counts."`
	Jams     jamsVerb     `cmd:"" help:"Tell where and when the traffic of stored runs jams, and why."`
	Bench    benchVerb    `cmd:"" help:"Measure vehicle updates a CPU second, by network size and threads."`
	Rare     rareVerb     `cmd:"" help:"Find scenes that hardly ever happen, and tell how often they do."`
	Why      whyVerb      `cmd:"" help:"Find out what a crash of a run came of, and what would have prevented it."`
	Validate validateVerb `cmd:"" help:"Measure the program against published facts, and write a page of them."`

	Version kong.VersionFlag `help:"Print the version."`
	Verbose bool             `short:"v" help:"Tell more on standard error."`
}

// console is what a verb talks to: results go to out, everything else to err.
type console struct {
	out, err io.Writer
	log      *slog.Logger
}

// tell tells a person who waits what is being done.
func (c *console) tell(format string, args ...any) { fmt.Fprintf(c.err, format+"\n", args...) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second Ctrl-C ends the program at once.
	context.AfterFunc(ctx, stop)
	code := execute(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// execute runs the program with args and returns its exit code.
func execute(ctx context.Context, args []string, out, errOut io.Writer) int {
	var v verbs
	parsed, code, err := parse(&v, args, out, errOut)
	if err != nil {
		return report(errOut, mistake(fmt.Errorf("%w (see roadtwin --help)", err)))
	}
	if parsed == nil {
		return code
	}
	level := slog.LevelWarn
	if v.Verbose {
		level = slog.LevelDebug
	}
	c := &console{out: out, err: errOut, log: slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: level}))}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return report(errOut, parsed.Run(c))
}

// parse reads the command line into v. If it asked for nothing but help or the version, they are printed and parsed is
// nil.
func parse(v *verbs, args []string, out, errOut io.Writer) (parsed *kong.Context, code int, err error) {
	defer func() {
		switch r := recover().(type) { // the parser's Exit function must not return
		case nil:
		case exit:
			parsed, code = nil, int(r)
		default:
			panic(r)
		}
	}()
	parser, err := kong.New(v,
		kong.Name("roadtwin"),
		kong.Description("Roadtwin loads a city from OpenStreetMap and runs its traffic."),
		kong.Writers(out, errOut),
		kong.Exit(func(code int) { panic(exit(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"version": version()},
	)
	if err != nil {
		panic(err) // the verbs are declared wrongly
	}
	parsed, err = parser.Parse(joinNegative(args))
	return parsed, 0, err
}

// exit carries the code of a program that the parser ends.
type exit int

// mistaken is an error that the user can mend.
type mistaken struct{ error }

func (m mistaken) Unwrap() error { return m.error }

// mistakeIfInvalid marks err as the user's if a scenario or an option is wrong.
func mistakeIfInvalid(err error) error {
	if errors.Is(err, scenarios.ErrInvalid) {
		return mistake(err)
	}
	return err
}

// mistake marks err, if there is one, as the user's; an interruption stays what it is.
func mistake(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return mistaken{err}
}

// report prints err as one line and returns the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return 0
	}
	lines := strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' })
	fmt.Fprintf(w, "roadtwin: %s\n", strings.Join(lines, "; "))
	var m mistaken
	switch {
	case errors.As(err, &m):
		return exitMistake
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	default:
		return exitFailure
	}
}

// joinNegative writes "--bbox -75.5,…" as "--bbox=-75.5,…", and --near likewise: a value that begins with a minus would be taken for a flag.
func joinNegative(args []string) []string {
	var joined []string
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(joined, args[i:]...)
		}
		if i+1 < len(args) && (args[i] == "--bbox" || args[i] == "--near") {
			joined = append(joined, args[i]+"="+args[i+1])
			i++
			continue
		}
		joined = append(joined, args[i])
	}
	return joined
}

// version returns the module's version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	commit, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+"
		}
	}
	if commit == "" {
		return "devel"
	}
	return "devel-" + commit + dirty
}
