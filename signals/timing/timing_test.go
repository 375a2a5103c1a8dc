package timing

import (
	"errors"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestWebsterCycleIsThatOfWorkedProblems(t *testing.T) {
	cases := 0
	for _, row := range readCSV(t, "webster_cycle_cases.csv") {
		l, err1 := strconv.ParseFloat(row[0], 64)
		y, err2 := strconv.ParseFloat(row[1], 64)
		want, err3 := strconv.ParseFloat(row[2], 64)
		if err1 != nil || err2 != nil || err3 != nil {
			continue // the row that says the formula
		}
		got, err := OptimumCycle(l, y)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "cycle for L = "+row[0]+" s, Y = "+row[1], got, want, 0.5)
		cases++
	}
	if cases < 2 {
		t.Errorf("%d cases, want 2 or more", cases)
	}
	if _, err := OptimumCycle(12, 1); !errors.Is(err, ErrOversaturated) {
		t.Errorf("Y = 1: %v, want ErrOversaturated", err)
	}
}

// HCM 7th ed., ch. 31, exhibit 31-7, as quoted by crosstraffic/transportations-library.
func TestPretimedExampleOfHCM(t *testing.T) {
	var file struct {
		Pretimed struct {
			Input struct {
				Y2   float64 `json:"y2"`
				Y8   float64 `json:"y8"`
				Lost float64 `json:"L_s"`
			} `json:"input"`
			Published map[string]float64 `json:"published"`
			Delays    []struct {
				Approach string  `json:"appr"`
				Flow     float64 `json:"v"`
				Cap      float64 `json:"c"`
				X        float64 `json:"X"`
				D1       float64 `json:"d1"`
				D2       float64 `json:"d2"`
				LOS      string  `json:"LOS"`
			} `json:"delay_with_C60_s1900_T0.25 (hand computed in the library from Eq. 19-19/26)"`
		} `json:"pretimed_31_7"`
	}
	readJSON(t, "hcm_worked_signal_examples.json", &file)
	in, want := file.Pretimed.Input, file.Pretimed.Published
	y := in.Y2 + in.Y8
	least, err := CycleForSaturation(in.Lost, y, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "shortest cycle, s", least, want["C_min_Xc=1"], 0.5)
	c, err := CycleForSaturation(in.Lost, y, 0.92)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "cycle at X = 0.92, s", c, want["C_at_Xt=.92"], 0.5)
	near(t, "X of 60 s", CriticalSaturation(60, in.Lost, y), want["Xc_at_C=60"], 0.001)
	greens, err := Splits(60, []StageDemand{{FlowRatio: in.Y2, Lost: in.Lost / 2}, {FlowRatio: in.Y8, Lost: in.Lost / 2}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "first green, s", greens[0], want["g2"], 0.1)
	near(t, "second green, s", greens[1], want["g8"], 0.1)
	if len(file.Pretimed.Delays) < 4 {
		t.Errorf("%d delays in the file, want 4", len(file.Pretimed.Delays))
	}
	for _, d := range file.Pretimed.Delays {
		g := d.Cap / 1900 * 60
		near(t, d.Approach+" uniform delay, s", UniformDelay(60, g, d.X, 1), d.D1, 0.02)
		d2 := IncrementalDelay(0.25, d.X, d.Cap, PretimedK, 1)
		near(t, d.Approach+" incremental delay, s", d2, d.D2, 0.1)
		if los := LevelOfService(d.D1+d.D2, d.X).String(); los != d.LOS {
			t.Errorf("%s level of service %s, want %s", d.Approach, los, d.LOS)
		}
	}
}

func TestConstantsAreThoseOfHCM(t *testing.T) {
	var file struct {
		Permitted struct {
			Check struct {
				Opposing   float64 `json:"v_o"`
				Saturation float64 `json:"s_p"`
			} `json:"check"`
		} `json:"permitted_left"`
		Width map[string]float64 `json:"f_w"`
		Use   map[string]float64 `json:"f_LU_through"`
		LOS   map[string]float64 `json:"LOS_signal_s"`
		Sign  map[string]float64 `json:"LOS_unsignalised_s"`
	}
	readJSON(t, "hcm_signal_constants.json", &file)
	near(t, "permitted left, veh/h", PermittedLeft(file.Permitted.Check.Opposing), file.Permitted.Check.Saturation, 1)
	for name, width := range map[string]float64{"<10ft": 9 * foot, "10-12.9": 12 * foot, ">12.9": 13.5 * foot} {
		near(t, "factor of width "+name, Lane{Width: width}.Factor(), file.Width[name], 1e-9)
	}
	for n, name := range map[int]string{1: "1", 2: "2", 4: "3+"} {
		near(t, "utilisation of "+name, UtilisationFactor(ThroughLanes, n), file.Use[name], 1e-9)
	}
	check := func(limits map[string]float64, level func(delay, x float64) LOS) {
		for grade, limit := range limits {
			if got := level(limit, 0.5).String(); got != grade {
				t.Errorf("delay %v s is %s, want %s", limit, got, grade)
			}
			if got := level(limit+0.01, 0.5).String(); got == grade {
				t.Errorf("delay just over %v s is still %s", limit, got)
			}
		}
	}
	check(file.LOS, LevelOfService)
	check(file.Sign, LevelOfServiceUnsignalised)
	if got := LevelOfService(5, 1.01); got != 'F' {
		t.Errorf("beyond capacity %v, want F", got)
	}
}

func TestPlatoonDispersionIsThatOfHCM(t *testing.T) {
	var file struct {
		Checks []struct {
			Time  float64 `json:"t_R_s"`
			F     float64 `json:"F"`
			Steps float64 `json:"t_prime_steps"`
		} `json:"numeric_check_DERIVED"`
	}
	readJSON(t, "platoon_dispersion.json", &file)
	for _, c := range file.Checks {
		d := HCMDispersion(c.Time, 1)
		near(t, "smoothing factor", d.Smoothing, c.F, 1e-3)
		near(t, "delay, steps", d.Delay, c.Steps, 0.01)
	}
}

func TestDispersionKeepsVehiclesAndSpreadsThem(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		n := 20 + r.IntN(100)
		in := make([]float64, n)
		for i := range in {
			in[i] = float64(r.IntN(3))
		}
		in[0]++
		out := Robertson(5+60*r.Float64(), 0.35, 0.8, 1).Apply(nil, in)
		sums, peaks := [2]float64{}, [2]float64{}
		for i := range in {
			sums[0], sums[1] = sums[0]+in[i], sums[1]+out[i]
			peaks[0], peaks[1] = max(peaks[0], in[i]), max(peaks[1], out[i])
		}
		if math.Abs(sums[0]-sums[1]) > 1e-9*sums[0] {
			t.Fatalf("%v vehicles leave, %v arrive", sums[0], sums[1])
		}
		if peaks[1] > peaks[0]+1e-9 {
			t.Fatalf("peak of %v becomes %v", peaks[0], peaks[1])
		}
	}
}

// A pulse is the closed form: F (1-F)^k, k steps after the delay.
func TestDispersionOfAPulse(t *testing.T) {
	in := make([]float64, 400)
	in[0] = 1
	d := HCMDispersion(33.54, 1)
	d.Delay = 28
	out := d.Apply(nil, in)
	for k := range 20 {
		near(t, "arrivals", out[28+k], d.Smoothing*math.Pow(1-d.Smoothing, float64(k)), 1e-9)
	}
}

func TestWebsterKeepsMinimumsAndBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		stages := make([]StageDemand, 1+r.IntN(5))
		for i := range stages {
			stages[i] = StageDemand{FlowRatio: 0.5 * r.Float64(), Lost: 2 + 4*r.Float64(), MinGreen: 4 + 10*r.Float64()}
		}
		b := CycleBounds{Min: 40, Max: 120, Multiple: 5}
		cycle, greens, _, err := Webster(stages, b)
		if err != nil {
			t.Fatal(err)
		}
		sum, least := 0.0, 0.0
		for i, g := range greens {
			if g < stages[i].MinGreen-1e-9 {
				t.Fatalf("green %v below its minimum %v", g, stages[i].MinGreen)
			}
			sum += g + stages[i].Lost
			least += stages[i].MinGreen + stages[i].Lost
		}
		near(t, "greens and lost times", sum, cycle, 1e-6)
		if cycle < b.Min-1e-9 || cycle > max(b.Max, least)+5+1e-9 {
			t.Fatalf("cycle %v, want %v to %v", cycle, b.Min, max(b.Max, least))
		}
	}
}

// Webster found that delay is within some 10 to 20 % of its least from 3/4 to 3/2 of the optimum cycle.
func TestOptimumCycleIsNearTheLeastDelay(t *testing.T) {
	const lost, saturation = 10.0, 1800.0
	delay := func(c, y float64) float64 { return WebsterDelay(c, (c-lost)/2, y/2*saturation, saturation) }
	for _, y := range []float64{0.4, 0.6, 0.75} {
		best, err := OptimumCycle(lost, y)
		if err != nil {
			t.Fatal(err)
		}
		least := math.Inf(1)
		for c := lost + 2; c < 300; c++ {
			least = min(least, delay(c, y))
		}
		for _, c := range []float64{0.75 * best, 1.5 * best} {
			if d := delay(c, y); d > 1.2*least {
				t.Errorf("Y = %v: %.1f s at a cycle of %.0f s, least is %.1f", y, d, c, least)
			}
		}
		if d := delay(best, y); d > 1.05*least {
			t.Errorf("Y = %v: %.1f s at the optimum cycle, least is %.1f", y, d, least)
		}
	}
}

func TestProgressionFactorIsOneForRandomArrivals(t *testing.T) {
	for _, gc := range []float64{0.2, 0.5, 0.8} {
		near(t, "factor", ProgressionFactor(gc, gc, 0.7), 1, 1e-9)
		if good := ProgressionFactor(min(1, 1.2*gc), gc, 0.7); good >= 1 {
			t.Errorf("arrivals at green: factor %v, want below 1", good)
		}
	}
}

func TestInitialQueueDelay(t *testing.T) {
	// 20 vehicles before a flow of 600 and a capacity of 800 veh/h are gone after 0.1 h.
	end, _, unmet := queueAtEnd(20, 600, 800, 0.25)
	near(t, "queue at the end", end, 0, 1e-9)
	near(t, "unmet for, h", unmet, 0.1, 1e-9)
	near(t, "delay, s", InitialQueueDelay(20, 600, 800, 0.25), 3600/(600*0.25)*(1-20*20/(2*800.0)), 1e-9)
	if InitialQueueDelay(0, 600, 800, 0.25) != 0 {
		t.Error("delay without a queue")
	}
}

// One lane for all: the capacity lies between that of a lane of left turns and that of a lane straight on, and falls with the
// opposing flow.
func TestOneLaneForAllTurns(t *testing.T) {
	analyse := func(left, opposing float64) LaneGroup {
		phase := Phase{Duration: 30, Amber: 3, AllRed: 2}
		a := Approach{
			Name: "a", Opposite: 1, Left: left, Through: 300 - left, SingleLane: true, Receiving: 1, SpeedLimit: 14, Mode: PermittedLeftOnly,
			ThroughPhase: phase,
		}
		b := a
		b.Name, b.Opposite, b.Left, b.Through = "b", 0, 0, opposing
		j := Junction{Cycle: 60, Approaches: []Approach{a, b}}
		p, err := j.Analyse()
		if err != nil {
			t.Fatal(err)
		}
		return p.Groups[0]
	}
	free, some, many := analyse(0, 400), analyse(60, 400), analyse(60, 600)
	near(t, "capacity without turns, veh/h", free.Capacity, Capacity(1, BaseSaturation, EffectiveGreen(30, 3, 2), 60), 5)
	if !(many.Capacity < some.Capacity && some.Capacity < free.Capacity) {
		t.Errorf("capacities %.0f, %.0f and %.0f veh/h, want them to fall with left turns and opposing flow", free.Capacity, some.Capacity, many.Capacity)
	}
	if !(some.Delay > free.Delay && many.Delay > some.Delay) {
		t.Errorf("delays %.1f, %.1f, %.1f s, want them to rise", free.Delay, some.Delay, many.Delay)
	}
}
