using System.Text;

namespace KafkaMesh.Proxy.Tests.Decode;

/// <summary>Passes text on and tells when it is flushed.</summary>
internal sealed class FlushedWriter(TextWriter inner, Action flushed) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(value);

    public override void Flush() => flushed();
}
