using System.Text;
using Microsoft.Win32.SafeHandles;

namespace KafkaMesh.Operator.Commands.Clusters;

/// <summary>Standard output of a command that runs on and on: it notices when nobody reads any more, which <see cref="Console"/> hides.</summary>
internal sealed class StandardOutput : IDisposable
{
    private readonly Stream _stream = Open();

    /// <summary>Writes text.</summary>
    /// <returns>False when the reader is gone, as <c>head</c> is after its lines.</returns>
    public bool Write(string text)
    {
        try
        {
            _stream.Write(Encoding.UTF8.GetBytes(text));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    // A file has a place that it shares with standard error, which only a plain write keeps; it has no reader either.
    private static Stream Open()
    {
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }
}
