// Package jams finds where and when the traffic of stored runs jams, and why: from the edge and movement intervals of the results, so that
// runs of any age can be asked.
//
// An edge is congested in an interval if its vehicles drive at 30 % of the speed limit or less (level of service F of the HCM 6th ed., exhibit
// 18-1) and fill at least a quarter of its room; it spills back if its queue fills nine tenths of it. A bottleneck is the head of a queue: a
// congested edge most of whose vehicles go on to edges that are not. All congested edges from which one comes to it over congested edges are its
// queue. As fine as the intervals are (measure.interval), so fine are its times.
package jams
