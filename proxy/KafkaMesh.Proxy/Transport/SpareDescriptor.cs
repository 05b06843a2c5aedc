using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Transport;

/// <summary>One descriptor kept back for the moment when there is none left. Used by the accepting loop only.</summary>
internal sealed class SpareDescriptor : IDisposable
{
    private int _descriptor = Libc.EventDescriptor();

    /// <summary>Gives the descriptor back to the process; false when there was none.</summary>
    public bool Release()
    {
        if (_descriptor < 0)
        {
            return false;
        }

        _ = Libc.Close(_descriptor);
        _descriptor = -1;
        return true;
    }

    /// <summary>Takes one again, if there is one.</summary>
    public void Refill()
    {
        if (_descriptor < 0)
        {
            _descriptor = Libc.EventDescriptor();
        }
    }

    public void Dispose() => Release();
}
