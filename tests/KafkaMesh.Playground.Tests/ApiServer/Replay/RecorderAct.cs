namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>Something that the recorder did besides what it recorded and that no answer proves (testdata/replay/recorder.json).</summary>
/// <param name="File">Transcript.</param>
/// <param name="Before">Line of the request before which it was done.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Url">What it was done to.</param>
/// <param name="Body">The body of the request, if any.</param>
/// <param name="Why">How the recording shows that it was done.</param>
internal sealed record RecorderAct(string File, int Before, string Method, string Url, System.Text.Json.Nodes.JsonObject? Body, string Why);
