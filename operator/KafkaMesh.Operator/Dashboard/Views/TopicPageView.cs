namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>A page of topics.</summary>
/// <param name="Now">The time.</param>
/// <param name="Total">Topics that match.</param>
/// <param name="Topics">Those of this page.</param>
internal sealed record TopicPageView(
    DateTimeOffset Now,
    int Total,
    IReadOnlyList<TopicView> Topics);
