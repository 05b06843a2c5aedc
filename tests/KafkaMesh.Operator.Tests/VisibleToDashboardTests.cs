using System.Runtime.CompilerServices;

// The browser tests run against the same operator, cluster and simulated sidecars.
[assembly: InternalsVisibleTo("KafkaMesh.Dashboard.Tests")]
