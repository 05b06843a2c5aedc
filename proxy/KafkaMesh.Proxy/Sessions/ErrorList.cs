using System.Runtime.CompilerServices;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>The first few different error codes of one response.</summary>
internal struct ErrorList
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 8;

    private Codes _codes;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a code unless it is there or the list is full.</summary>
    public void Add(short code)
    {
        if (Count == Capacity || ((ReadOnlySpan<short>)_codes)[..Count].Contains(code))
            return;
        _codes[Count++] = code;
    }

    /// <summary>One of them, in the order of appearance.</summary>
    public readonly short this[int index] => _codes[index];

    [InlineArray(Capacity)]
    private struct Codes
    {
        private short _first;
    }
}
