package emission

// Total is what a vehicle, a street or a city has burnt and emitted.
type Total struct {
	CO2, Fuel, NOx, PM float64 // g
	Electricity        float64 // kWh from batteries, net of what was put back
}

// Add adds o to t.
func (t *Total) Add(o Total) {
	t.CO2 += o.CO2
	t.Fuel += o.Fuel
	t.NOx += o.NOx
	t.PM += o.PM
	t.Electricity += o.Electricity
}

// Since returns what has come since before.
func (t Total) Since(before Total) Total {
	return Total{t.CO2 - before.CO2, t.Fuel - before.Fuel, t.NOx - before.NOx, t.PM - before.PM, t.Electricity - before.Electricity}
}
