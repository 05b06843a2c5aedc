using KafkaMesh.Fuzz.Targets;

namespace KafkaMesh.Fuzz;

/// <summary>Every entry point for bytes from outside.</summary>
internal static class FuzzTargets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new FrameReaderTarget(), new BodyReaderTarget(), new JsonViewTarget(), new BodyEncoderTarget(), new RecordsTarget(), new ConsumerProtocolTarget(),
        new CaptureTarget(), new SessionTarget(), new DetectorTarget(), new NotationTarget(), new DefinitionTarget(), new RequestHeadTarget(),
    ];

    /// <summary>The committed corpus of a target.</summary>
    public static IReadOnlyList<byte[]> Corpus(string directory, string target)
    {
        var folder = Path.Combine(directory, target);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] : [];
    }
}
