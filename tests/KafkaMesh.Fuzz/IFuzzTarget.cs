namespace KafkaMesh.Fuzz;

/// <summary>One entry point for bytes from outside, with what must hold for any of them.</summary>
internal interface IFuzzTarget
{
    /// <summary>Name on the command line and of its folder in the corpus.</summary>
    string Name { get; }

    /// <summary>Longest input worth a try, in bytes.</summary>
    int MaxLength => 4096;

    /// <summary>Texts that mean something to it, for mutations.</summary>
    IReadOnlyList<string> Tokens => [];

    /// <summary>Most bytes that it may allocate for an input of a length.</summary>
    long AllocationLimit(int length);

    /// <summary>A valid input.</summary>
    byte[] MakeSeed(Random random);

    /// <summary>Runs the entry point. Any exception is a finding, <see cref="ViolationException"/> the one with a sentence.</summary>
    /// <param name="input">Lies between guard bytes that differ from run to run.</param>
    /// <param name="transcript">Told everything that the entry point says: it must be the same whatever the guard bytes are.</param>
    void Run(ReadOnlySpan<byte> input, Transcript transcript);
}
