namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>A step of a transcript that this server answers otherwise, and why that is right or known (testdata/replay/differences.json).</summary>
/// <param name="File">Transcript.</param>
/// <param name="Lines">Lines of the requests.</param>
/// <param name="Why">The reason.</param>
/// <param name="Skip">Whether the request is not even sent, because our other answer would change what follows.</param>
internal sealed record AllowedDifference(string File, IReadOnlyList<int> Lines, string Why, bool Skip = false);
