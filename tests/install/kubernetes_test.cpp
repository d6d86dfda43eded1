// The Kubernetes manifests: no field that the API doesn't have, every name resolves, the restricted
// Pod Security Standard holds, and the daemon accepts its flags and configuration. The fields are a
// table here: no cluster and no schema of Kubernetes is asked.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <map>
#include <set>

#include <fmt/format.h>

#include "e2e/process.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope::e2e {
namespace {

using Fields = std::set<std::string>;

// What may be in a map, by the place of the map; `[]` is an item of a list. Maps that aren't here
// hold names of one's own.
const std::map<std::string, Fields> fields_of{
    {"", {"apiVersion", "kind", "metadata", "spec", "data", "stringData", "type"}},
    {"/metadata", {"name", "namespace", "labels", "annotations"}},
    {"PersistentVolumeClaim/spec", {"accessModes", "resources", "storageClassName", "volumeMode"}},
    {"PersistentVolumeClaim/spec/resources", {"requests", "limits"}},
    {"PersistentVolumeClaim/spec/resources/requests", {"storage"}},
    {"Service/spec", {"selector", "ports", "type"}},
    {"Service/spec/ports[]", {"name", "port", "targetPort", "protocol"}},
    {"ServiceMonitor/spec", {"selector", "endpoints", "namespaceSelector", "jobLabel"}},
    {"ServiceMonitor/spec/selector", {"matchLabels", "matchExpressions"}},
    {"ServiceMonitor/spec/endpoints[]",
     {"port", "path", "interval", "scheme", "tlsConfig", "basicAuth", "scrapeTimeout"}},
    {"Deployment/spec", {"replicas", "strategy", "selector", "template"}},
    {"Deployment/spec/strategy", {"type"}},
    {"Deployment/spec/selector", {"matchLabels", "matchExpressions"}},
    {"Deployment/spec/template", {"metadata", "spec"}},
    {"Deployment/spec/template/metadata", {"labels", "annotations"}},
    {"Deployment/spec/template/spec",
     {"automountServiceAccountToken", "enableServiceLinks", "securityContext", "containers",
      "volumes", "terminationGracePeriodSeconds"}},
    {"Deployment/spec/template/spec/securityContext",
     {"runAsNonRoot", "runAsUser", "runAsGroup", "fsGroup", "fsGroupChangePolicy",
      "seccompProfile"}},
    {"Deployment/spec/template/spec/securityContext/seccompProfile", {"type"}},
    {"Deployment/spec/template/spec/containers[]",
     {"name", "image", "imagePullPolicy", "args", "env", "ports", "securityContext",
      "livenessProbe", "readinessProbe", "startupProbe", "resources", "volumeMounts"}},
    {"Deployment/spec/template/spec/containers[]/env[]", {"name", "value"}},
    {"Deployment/spec/template/spec/containers[]/ports[]", {"name", "containerPort", "protocol"}},
    {"Deployment/spec/template/spec/containers[]/securityContext",
     {"allowPrivilegeEscalation", "readOnlyRootFilesystem", "capabilities"}},
    {"Deployment/spec/template/spec/containers[]/securityContext/capabilities", {"drop", "add"}},
    {"Deployment/spec/template/spec/containers[]/livenessProbe",
     {"httpGet", "periodSeconds", "failureThreshold", "timeoutSeconds"}},
    {"Deployment/spec/template/spec/containers[]/livenessProbe/httpGet",
     {"path", "port", "scheme"}},
    {"Deployment/spec/template/spec/containers[]/readinessProbe",
     {"httpGet", "periodSeconds", "failureThreshold", "timeoutSeconds"}},
    {"Deployment/spec/template/spec/containers[]/readinessProbe/httpGet",
     {"path", "port", "scheme"}},
    {"Deployment/spec/template/spec/containers[]/resources", {"requests", "limits"}},
    {"Deployment/spec/template/spec/containers[]/resources/requests", {"cpu", "memory"}},
    {"Deployment/spec/template/spec/containers[]/volumeMounts[]",
     {"name", "mountPath", "readOnly"}},
    {"Deployment/spec/template/spec/volumes[]",
     {"name", "configMap", "secret", "persistentVolumeClaim"}},
    {"Deployment/spec/template/spec/volumes[]/configMap", {"name", "items"}},
    {"Deployment/spec/template/spec/volumes[]/secret", {"secretName", "defaultMode"}},
    {"Deployment/spec/template/spec/volumes[]/persistentVolumeClaim", {"claimName"}},
};
const Fields names_of_ones_own{"labels", "annotations", "matchLabels", "data", "stringData"};
const std::map<std::string, std::string> versions{{"Namespace", "v1"},
                                                  {"ConfigMap", "v1"},
                                                  {"Secret", "v1"},
                                                  {"PersistentVolumeClaim", "v1"},
                                                  {"Service", "v1"},
                                                  {"Deployment", "apps/v1"},
                                                  {"ServiceMonitor", "monitoring.coreos.com/v1"}};

void refuse_unknown_fields(const YAML::Node& node, const std::string& kind,
                           const std::string& place) {
  if (node.IsSequence())
    for (const YAML::Node& item : node)
      refuse_unknown_fields(item, kind, place + "[]");
  if (!node.IsMap())
    return;
  const auto own = fields_of.find(kind + place);
  const auto fields = own != fields_of.end() ? own : fields_of.find(place);
  const std::string last = place.substr(place.rfind('/') + 1);
  if (names_of_ones_own.contains(last) || (kind == "Service" && last == "selector"))
    return;
  ASSERT_NE(fields, fields_of.end()) << kind << place << " isn't a map that this test knows";
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const auto key = entry.first.as<std::string>();
    EXPECT_TRUE(fields->second.contains(key)) << kind << place << " has no field " << key;
    EXPECT_TRUE(seen.insert(key).second) << kind << place << " has " << key << " twice";
    refuse_unknown_fields(entry.second, kind, fmt::format("{}/{}", place, key));
  }
}

YAML::Node item(const YAML::Node& list, const std::string& key, const std::string& value) {
  for (const YAML::Node& node : list)
    if (node[key].as<std::string>() == value)
      return node;
  return YAML::Node(YAML::NodeType::Undefined);
}

class Kubernetes : public testing::Test {
 protected:
  void SetUp() override {
    for (const YAML::Node& document :
         YAML::LoadAllFromFile(TENANTSCOPE_SOURCE "/config/kubernetes/tenantscope.yaml"))
      ASSERT_TRUE(objects.emplace(document["kind"].as<std::string>(), document).second)
          << "two of " << document["kind"];
    pod = objects.at("Deployment")["spec"]["template"]["spec"];
    ASSERT_EQ(pod["containers"].size(), 1u);
    container = pod["containers"][0];
  }

  std::string name_of(const std::string& kind) const {
    return objects.at(kind)["metadata"]["name"].as<std::string>();
  }

  std::map<std::string, YAML::Node> objects;
  YAML::Node pod;
  YAML::Node container;
};

TEST_F(Kubernetes, HasOnlyFieldsOfTheApi) {
  for (const auto& [kind, object] : objects) {
    ASSERT_TRUE(versions.contains(kind)) << kind;
    EXPECT_EQ(object["apiVersion"].as<std::string>(), versions.at(kind)) << kind;
    refuse_unknown_fields(object, kind, "");
    if (kind == "Namespace")
      continue;
    EXPECT_EQ(object["metadata"]["namespace"].as<std::string>(), name_of("Namespace")) << kind;
  }
  EXPECT_EQ(objects.size(), versions.size());
}

TEST_F(Kubernetes, NamesResolve) {
  const auto selects = [](const YAML::Node& selector, const YAML::Node& labels) {
    EXPECT_GT(selector.size(), 0u);
    for (const auto& label : selector)
      EXPECT_EQ(labels[label.first.as<std::string>()].as<std::string>(""),
                label.second.as<std::string>());
  };
  const YAML::Node pod_labels = objects.at("Deployment")["spec"]["template"]["metadata"]["labels"];
  selects(objects.at("Deployment")["spec"]["selector"]["matchLabels"], pod_labels);
  selects(objects.at("Service")["spec"]["selector"], pod_labels);
  selects(objects.at("ServiceMonitor")["spec"]["selector"]["matchLabels"],
          objects.at("Service")["metadata"]["labels"]);

  for (const YAML::Node& endpoint : objects.at("ServiceMonitor")["spec"]["endpoints"])
    EXPECT_TRUE(
        item(objects.at("Service")["spec"]["ports"], "name", endpoint["port"].as<std::string>())
            .IsDefined());
  for (const YAML::Node& port : objects.at("Service")["spec"]["ports"])
    EXPECT_TRUE(item(container["ports"], "name", port["targetPort"].as<std::string>()).IsDefined());
  for (const char* probe : {"livenessProbe", "readinessProbe"})
    EXPECT_TRUE(
        item(container["ports"], "name", container[probe]["httpGet"]["port"].as<std::string>())
            .IsDefined())
        << probe;
  EXPECT_EQ(container["livenessProbe"]["httpGet"]["path"].as<std::string>(), "/-/healthy");
  EXPECT_EQ(container["readinessProbe"]["httpGet"]["path"].as<std::string>(), "/-/ready");

  for (const YAML::Node& mount : container["volumeMounts"])
    EXPECT_TRUE(item(pod["volumes"], "name", mount["name"].as<std::string>()).IsDefined())
        << mount["name"];
  EXPECT_EQ(container["volumeMounts"].size(), pod["volumes"].size());
  EXPECT_EQ(item(pod["volumes"], "name", "configuration")["configMap"]["name"].as<std::string>(),
            name_of("ConfigMap"));
  EXPECT_EQ(item(pod["volumes"], "name", "credentials")["secret"]["secretName"].as<std::string>(),
            name_of("Secret"));
  const YAML::Node claim = item(pod["volumes"], "name", "storage")["persistentVolumeClaim"];
  EXPECT_EQ(claim["claimName"].as<std::string>(), name_of("PersistentVolumeClaim"));
}

TEST_F(Kubernetes, HoldsTheRestrictedStandardAndOneDaemonPerStorage) {
  EXPECT_EQ(objects.at("Namespace")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
                .as<std::string>(),
            "restricted");
  const YAML::Node of_pod = pod["securityContext"];
  EXPECT_TRUE(of_pod["runAsNonRoot"].as<bool>());
  EXPECT_EQ(of_pod["seccompProfile"]["type"].as<std::string>(), "RuntimeDefault");
  const YAML::Node of_container = container["securityContext"];
  EXPECT_FALSE(of_container["allowPrivilegeEscalation"].as<bool>());
  EXPECT_TRUE(of_container["readOnlyRootFilesystem"].as<bool>());
  EXPECT_EQ(of_container["capabilities"]["drop"].as<std::vector<std::string>>(),
            std::vector<std::string>{"ALL"});
  EXPECT_FALSE(of_container["capabilities"]["add"].IsDefined());
  EXPECT_FALSE(pod["automountServiceAccountToken"].as<bool>());
  EXPECT_EQ(objects.at("Deployment")["spec"]["replicas"].as<int>(), 1);
  EXPECT_EQ(objects.at("Deployment")["spec"]["strategy"]["type"].as<std::string>(), "Recreate");
}

TEST_F(Kubernetes, FitsTheImageAndTheDaemon) {
  const std::string image = read_file(TENANTSCOPE_SOURCE "/config/container/Containerfile");
  const auto user = pod["securityContext"]["runAsUser"].as<std::string>();
  EXPECT_NE(image.find(fmt::format("\nUSER {0}:{0}\n", user)), std::string::npos);
  EXPECT_EQ(pod["securityContext"]["fsGroup"].as<std::string>(), user);
  EXPECT_NE(read_file(TENANTSCOPE_SOURCE "/config/container/root").find("user=" + user + "\n"),
            std::string::npos);
  EXPECT_NE(image.find("\nFROM scratch\n"), std::string::npos);

  const std::string help = run_tenantscope({"serve", "--help"}).out;
  const auto args = container["args"].as<std::vector<std::string>>();
  ASSERT_EQ(args.front(), "serve");
  for (std::size_t i = 1; i < args.size(); ++i) {
    EXPECT_NE(help.find("  " + args[i].substr(0, args[i].find('=')) + " "), std::string::npos)
        << args[i];
    EXPECT_NE(image.find("\"" + args[i] + "\""), std::string::npos)
        << args[i] << " isn't what the image does by itself";
  }

  const TemporaryFolder folder;
  for (const auto& file : objects.at("ConfigMap")["data"]) {
    const auto path = folder.path() / file.first.as<std::string>();
    write_file(path, file.second.as<std::string>());
    const Finished checked = run_tenantscope({"config", "check", path.string()});
    EXPECT_EQ(checked.exit_code, 0) << checked.out;
    EXPECT_EQ(lines_with(checked.out, {""}).size(),
              lines_with(checked.out, {"warning: the configuration watches nothing"}).size())
        << checked.out;
  }
}

}  // namespace
}  // namespace tenantscope::e2e
