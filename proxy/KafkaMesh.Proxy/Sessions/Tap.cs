using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>One reader's copy of decoded headers: the loops offer, the admin thread takes, nobody waits.</summary>
internal sealed class Tap
{
    private readonly TapFilter _filter;
    private readonly TapLane[] _lanes;
    private readonly int _ratePerLane;

    /// <summary>A tap that shows nothing yet.</summary>
    /// <param name="filter">Which frames.</param>
    /// <param name="loops">Number of loops.</param>
    public Tap(TapFilter filter, int loops)
    {
        _filter = filter;
        _lanes = new TapLane[loops];
        for (var i = 0; i < loops; i++)
            _lanes[i] = new TapLane();
        _ratePerLane = Math.Max(filter.Rate / loops, 1);
    }

    /// <summary>Matching frames that were not shown although the sample had chosen them: too many for the rate, or for the reader.</summary>
    public long Lost
    {
        get
        {
            var sum = 0L;
            foreach (var lane in _lanes)
                sum += lane.Lost;
            return sum;
        }
    }

    /// <summary>Takes a frame if it matches and there is room; on its loop.</summary>
    public void Offer(in RelayConnection connection, in FrameTrace frame)
    {
        var lane = _lanes[connection.Loop];
        if (_filter.Matches(connection, frame) && lane.Admits(_ratePerLane, frame.Timestamp))
            lane.Add(TapEvent.Of(connection, frame));
    }

    /// <summary>Takes the next event of any loop; null when there is none. On the admin thread. Events of different loops may change places.</summary>
    public TapEvent? Take()
    {
        foreach (var lane in _lanes)
        {
            if (lane.Take() is { } frame)
                return frame;
        }

        return null;
    }
}
