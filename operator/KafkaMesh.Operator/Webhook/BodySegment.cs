using System.Buffers;

namespace KafkaMesh.Operator.Webhook;

/// <summary>One chunk of a body within the sequence of all.</summary>
internal sealed class BodySegment : ReadOnlySequenceSegment<byte>
{
    /// <summary>The first one.</summary>
    public BodySegment(ReadOnlyMemory<byte> memory) => Memory = memory;

    /// <summary>Adds the next one behind this and returns it.</summary>
    public BodySegment Append(ReadOnlyMemory<byte> memory)
    {
        var next = new BodySegment(memory) { RunningIndex = RunningIndex + Memory.Length };
        Next = next;
        return next;
    }
}
