namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>One API key.</summary>
/// <param name="ApiKey">Kafka's API key.</param>
/// <param name="Name">Kafka's name of it.</param>
/// <param name="Versions">Requests by version.</param>
/// <param name="Requests">Requests in total.</param>
/// <param name="Responses">Responses in total.</param>
/// <param name="Errors">Responses with an error in total.</param>
/// <param name="RequestBytes">Bytes of requests in total.</param>
/// <param name="ResponseBytes">Bytes of responses in total.</param>
/// <param name="ThrottleMilliseconds">Throttle time in total.</param>
/// <param name="Unanswered">Requests of living sidecars that were never answered.</param>
/// <param name="InFlight">Requests that wait for their response now.</param>
/// <param name="LatencyMilliseconds">Over all time; null without a response.</param>
/// <param name="Traffic">Over the last interval.</param>
internal sealed record ApiView(
    int ApiKey,
    string Name,
    IReadOnlyList<VersionView> Versions,
    long Requests,
    long Responses,
    long Errors,
    long RequestBytes,
    long ResponseBytes,
    long ThrottleMilliseconds,
    long Unanswered,
    long InFlight,
    PercentilesView? LatencyMilliseconds,
    TrafficView Traffic);
