using System.Net;
using KafkaMesh.Operator.Dashboard.Http;

namespace KafkaMesh.Operator.Dashboard.Access;

/// <summary>Tokens that nobody knows yet, by where they come from: one address takes no more than its share of the places.</summary>
/// <param name="most">From one address at a time.</param>
internal sealed class Strangers(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _counts = [];

    /// <summary>Counts one until what is returned is disposed of.</summary>
    /// <exception cref="ProblemException">The address has its share.</exception>
    public IDisposable Enter(IPAddress address)
    {
        lock (_gate)
        {
            var count = _counts.GetValueOrDefault(address);
            if (count >= most)
                throw new ProblemException(503, $"{most} unknown tokens of your address are being checked; try again in a moment");
            _counts[address] = count + 1;
        }
        return new Place(this, address);
    }

    private void Leave(IPAddress address)
    {
        lock (_gate)
        {
            if (--_counts[address] == 0)
                _counts.Remove(address);
        }
    }

    private sealed class Place(Strangers strangers, IPAddress address) : IDisposable
    {
        public void Dispose() => strangers.Leave(address);
    }
}
