using System.Buffers.Binary;
using System.Net;

namespace KafkaMesh.Playground.Network;

/// <summary>Hands out addresses of one IPv4 range, longest unused first, so that a new pod does not get the address that a client still remembers.</summary>
internal sealed class AddressPool
{
    private readonly Lock gate = new();
    private readonly Queue<uint> free = new();
    private readonly HashSet<uint> taken = [];

    /// <summary>A pool of <paramref name="count"/> addresses that begins at <paramref name="first"/>.</summary>
    public AddressPool(IPAddress first, int count)
    {
        var start = Number(first);
        for (uint i = 0; i < count; i++) free.Enqueue(start + i);
    }

    /// <summary>The next free address, or null when the range is used up.</summary>
    public IPAddress? TryTake()
    {
        lock (gate)
        {
            while (free.TryDequeue(out var number))
            {
                if (taken.Add(number)) return Address(number);
            }
            return null;
        }
    }

    /// <summary>Takes one address by name; false when somebody has it.</summary>
    public bool TryTake(IPAddress address)
    {
        lock (gate) return taken.Add(Number(address));
    }

    /// <summary>Gives an address back; one that was not taken is left alone.</summary>
    public void Return(IPAddress address)
    {
        lock (gate)
        {
            var number = Number(address);
            if (taken.Remove(number)) free.Enqueue(number);
        }
    }

    private static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static IPAddress Address(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
