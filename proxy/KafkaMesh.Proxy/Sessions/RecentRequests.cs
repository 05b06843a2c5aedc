namespace KafkaMesh.Proxy.Sessions;

/// <summary>The last few requests for which no response is due, in case one comes all the same.</summary>
internal sealed class RecentRequests
{
    /// <summary>How many are remembered; older ones are forgotten.</summary>
    public const int Capacity = 16;

    private readonly InFlightRequest[] _slots = new InFlightRequest[Capacity];
    private int _next;

    /// <summary>Remembers a request.</summary>
    public void Add(in InFlightRequest request)
    {
        _slots[_next] = request;
        _next = (_next + 1) % Capacity;
    }

    /// <summary>Takes the oldest with a correlation id.</summary>
    public bool TryTake(int correlationId, out InFlightRequest request)
    {
        for (var i = 0; i < Capacity; i++)
        {
            ref var slot = ref _slots[(_next + i) % Capacity];
            if (slot.Cells is null || slot.CorrelationId != correlationId)
                continue;
            request = slot;
            slot = default;
            return true;
        }

        request = default;
        return false;
    }
}
