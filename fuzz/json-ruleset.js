// A ruleset of JSON events, so that their fields reach an alert.

const decoders = `<decoder name="json"><prematch>^{\\s*"</prematch></decoder>
<decoder name="json"><parent>json</parent><plugin_decoder>JSON_Decoder</plugin_decoder></decoder>`;

const rules = `<group name="syslog,"><rule id="1" level="0"><category>syslog</category><description>all</description></rule></group>
<group name="fuzz,">
<rule id="100001" level="3"><decoded_as>json</decoded_as><description>$(a) $(a.b) $(srcip)</description></rule>
<rule id="100002" level="4"><if_sid>100001</if_sid><field name="a">\\.+x</field><description>field</description></rule>
<rule id="100003" level="5"><if_sid>100001</if_sid><regex type="pcre2">(?=(\\w+\\s?)+$)</regex><description>look</description></rule>
<rule id="100004" level="5"><if_sid>100001</if_sid><regex>\\S+,\\S+,(\\S+),(\\S+) \\w+:\\d+$</regex><description>scan</description></rule>
</group>`;

export const jsonRuleset = {
  name: 'json',
  files: new Map([
    ['decoders/json.xml', decoders],
    ['rules/json.xml', rules],
  ]),
  lines: [
    '{"a":"b","srcip":"192.0.2.1","n":1.5,"t":true,"z":null,"o":{"p":{"q":[1,"a",{"b":2}]}}}',
    '{"a.b":"c","A":"d","user":"root","list":[[1],[2]],"e":""}',
  ],
};
