package webui

import (
	"context"
	"errors"
	"math"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/vehicles"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// parade is a simulation in which one car drives round and round on each lane at 10 m/s and every signal group shows
// green and red in turn, 10 s each. Cars with an id from lanes/2 on leave at time leave.
type parade struct {
	net       *network.Network
	time, end float64
	leave     float64
	cost      time.Duration // of wall clock, of each step
	stepTimes []time.Duration
	condition tyre.Condition
	weather   *weather.System
	queued    []traffic.Command
	commands  []scenarios.CommandRecord
	later     []scenarios.CommandRecord
	closed    map[network.EdgeID]bool
	works     []network.LaneID
	system    *signals.System
	refuse    error
	aspects   []signals.Aspect
}

const paradeSpeed = 10 // m/s

func newParade(net *network.Network) *parade {
	return &parade{net: net, time: 25200, end: 32400, leave: math.Inf(1), aspects: make([]signals.Aspect, len(net.SignalGroups))}
}

func (p *parade) Step() {
	started := time.Now()
	time.Sleep(p.cost)
	for _, c := range p.queued {
		switch c.Kind {
		case traffic.CloseEdge, traffic.OpenEdge:
			if p.closed == nil {
				p.closed = map[network.EdgeID]bool{}
			}
			p.closed[c.Edge] = c.Kind == traffic.CloseEdge
		case traffic.CloseLane:
			p.works = append(p.works, c.Lane)
		case traffic.OpenLane:
			p.works = slices.DeleteFunc(p.works, func(l network.LaneID) bool { return l == c.Lane })
		}
		if c.Kind == traffic.SetCondition {
			p.condition = c.Condition
		}
	}
	p.queued = p.queued[:0]
	p.time = math.Round((p.time+0.1)*10) / 10
	for g := range p.aspects {
		p.aspects[g] = signals.Red
		if int(p.time/10+float64(g))%2 == 0 {
			p.aspects[g] = signals.Green
		}
	}
	p.stepTimes = append(p.stepTimes, time.Since(started))
}

func (p *parade) Done() bool    { return p.time >= p.end }
func (p *parade) Time() float64 { return p.time }

func (p *parade) Queue(c traffic.Command, by string) error {
	if p.refuse != nil {
		return p.refuse
	}
	p.queued = append(p.queued, c)
	p.commands = append(p.commands, scenarios.CommandRecord{Time: p.time, By: by, Command: c})
	return nil
}

func (p *parade) Commands() []scenarios.CommandRecord { return p.commands }

// paradeState is all that changes of a parade.
type paradeState struct {
	time     float64
	commands int
}

func (paradeState) Size() int { return 1 << 20 }

func (p *parade) Checkpoint() Checkpoint { return paradeState{p.time, len(p.commands)} }

func (p *parade) Rewind(c Checkpoint, _ float64) error {
	if p.refuse != nil {
		return p.refuse
	}
	s := c.(paradeState)
	p.time, p.commands = s.time, p.commands[:s.commands]
	return nil
}

func (p *parade) state(id traffic.VehicleID) traffic.VehicleState {
	track := network.LaneID(id).Track()
	return traffic.VehicleState{
		ID: id, Track: track, S: math.Mod(p.time*paradeSpeed, p.net.TrackLength(track)), V: paradeSpeed, Length: 4.5,
		Class: network.VehicleClass(int(id) % int(network.NumVehicleClasses)), Limit: traffic.LimitSignal, Flags: traffic.Braking,
	}
}

func (p *parade) onRoad(id traffic.VehicleID) bool {
	n := traffic.VehicleID(len(p.net.Lanes))
	return id < n && (p.time < p.leave || id < n/2)
}

func (p *parade) AppendVehicles(dst []traffic.VehicleState) []traffic.VehicleState {
	for id := range traffic.VehicleID(len(p.net.Lanes)) {
		if p.onRoad(id) {
			dst = append(dst, p.state(id))
		}
	}
	return dst
}

func (p *parade) Vehicle(id traffic.VehicleID) (d traffic.VehicleDetail, ok bool) {
	if !p.onRoad(id) {
		return d, false
	}
	return traffic.VehicleDetail{
		VehicleState: p.state(id), Brake: 8, Drive: 2, WishSpeed: 14, Leader: 3, HasLeader: true, Gap: 21,
		Trip:  traffic.Trip{FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary},
		Route: []network.EdgeID{p.net.Lanes[id].Edge},
	}, true
}

func (p *parade) Aspects() []signals.Aspect                  { return p.aspects }
func (p *parade) Condition() tyre.Condition                  { return p.condition }
func (p *parade) ConditionOn(network.TrackID) tyre.Condition { return p.condition }
func (p *parade) Weather() *weather.System                   { return p.weather }
func (p *parade) Events() []traffic.Event {
	return []traffic.Event{{Kind: traffic.Arrived, TravelTime: 100, FreeTime: 80, Waited: 5}}
}

func (p *parade) Stats() traffic.Stats {
	return traffic.Stats{OnRoad: len(p.AppendVehicles(nil)), MeanSpeed: paradeSpeed, Arrived: 7}
}
func (p *parade) Audit() traffic.Audit { return traffic.Audit{} }

func (p *parade) QueueAt(c traffic.Command, by string, time float64) {
	p.later = append(p.later, scenarios.CommandRecord{Time: time, By: by, Command: c})
}

func (p *parade) Signals() *signals.System {
	if p.system == nil {
		plans, _ := signals.DefaultPlans(p.net)
		p.system = must(signals.New(p.net, plans))
		p.system.Step(p.time)
	}
	return p.system
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

// Counts says of each track that a vehicle has driven there all the time.
func (p *parade) Counts() []traffic.LaneCount {
	counts := make([]traffic.LaneCount, p.net.NumTracks())
	for i := range counts {
		s := p.time - 25200
		counts[i] = traffic.LaneCount{VehicleSeconds: s, VehicleMetres: s * paradeSpeed}
	}
	return counts
}

func (p *parade) Queued(network.LaneID) int        { return 2 }
func (p *parade) EdgeClosed(e network.EdgeID) bool { return p.closed[e] }
func (p *parade) ClosedLanes() []network.LaneID    { return p.works }
func (p *parade) LimitOn(e network.EdgeID) float64 { return p.net.EdgeLanes(e)[0].SpeedLimit }
func (p *parade) Variant(name string) string       { return "variants: {" + name + ": {}}\n" }
func (p *parade) AppendDelays(dst []scenarios.MovementDelay) []scenarios.MovementDelay {
	n := int(p.time - 25200)
	for range p.net.Movements {
		dst = append(dst, scenarios.MovementDelay{Vehicles: n, Delay: 30 * float64(n)})
	}
	return dst
}

// stage is a server on pipes with a parade in the sample town.
type stage struct {
	*Server
	sim   *parade
	pipes *pipes
	ended chan error
	stop  context.CancelFunc
}

const testToken = "open sesame"

func townNet(t testing.TB) *network.Network {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func newServer(t testing.TB, change func(*Config, *parade)) (*Server, *parade) {
	t.Helper()
	sim := newParade(townNet(t))
	cfg := Config{
		Simulation: sim, Net: sim.net, Envelopes: dynamics.NewTables(vehicles.Classes()),
		Name: "Sampleton", Version: "test", Begin: 25200, End: sim.end, StepTime: 0.1, Speed: 1, Token: testToken,
	}
	if change != nil {
		change(&cfg, sim)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s, sim
}

func start(t *testing.T, change func(*Config, *parade)) *stage {
	t.Helper()
	server, sim := newServer(t, change)
	st := &stage{Server: server, sim: sim, pipes: newPipes(), ended: make(chan error, 1)}
	var ctx context.Context
	ctx, st.stop = context.WithCancel(t.Context())
	go func() { st.ended <- server.Serve(ctx, st.pipes) }()
	return st
}

// end stops the server and returns when nothing of it runs any more.
func (st *stage) end(t *testing.T) {
	t.Helper()
	st.stop()
	if err := <-st.ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// pipes is a network listener in memory without any buffer.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	select {
	case <-p.closed:
	default:
		close(p.closed)
	}
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.closed:
		return nil, errors.New("the listener is closed")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) connect(t *testing.T) *websocket.Conn {
	t.Helper()
	conn, _, err := (&websocket.Dialer{NetDialContext: p.dial}).Dial("ws://localhost:8080/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}
